// Takes files that are dropped onto a pane.

import {h} from '../dom.js';

/** Makes root take files; where() names the place, may() says whether it takes any. */
export function dropZone(root, take, where, may) {
  const veil = h('div', {class: 'drop', hidden: true}, h('div', {class: 'drop-text'}));
  root.append(veil);
  let depth = 0;
  const files = (e) => e.dataTransfer && [...e.dataTransfer.types].includes('Files') && may();
  const end = () => {
    depth = 0;
    veil.hidden = true;
  };
  root.addEventListener('dragenter', (e) => {
    if (!files(e)) return;
    e.preventDefault();
    depth++;
    veil.firstChild.textContent = `Share with ${where()}`;
    veil.hidden = false;
  });
  root.addEventListener('dragover', (e) => {
    if (files(e)) e.preventDefault();
  });
  root.addEventListener('dragleave', () => {
    if (--depth <= 0) end();
  });
  root.addEventListener('drop', (e) => {
    if (!files(e)) return;
    e.preventDefault();
    end();
    take([...e.dataTransfer.files]);
  });
}
