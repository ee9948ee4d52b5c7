// Lets people edit their own message where it stands.

import {h} from '../dom.js';
import {makeInput} from './composer_input.js';
import {asTyped} from './original.js';

/** Puts a field in the place of a message's text. */
export function beginEdit(node, m, desk) {
  const main = node.querySelector('.msg-main');
  if (!main || main.querySelector('.edit')) return;
  const hidden = [...main.children].filter((c) => !c.classList.contains('msg-head'));
  const end = () => {
    box.remove();
    for (const c of hidden) c.hidden = false;
    node.focus();
  };
  const save = async () => {
    const text = input.value();
    if (text.trim() && text !== source) await desk.act('edit', {channel: desk.place, ts: m.ts, text});
    end();
  };
  const source = asTyped(m.text, desk.who);
  const input = makeInput(desk, {label: 'Edit message', value: source, send: save, cancel: end});
  const box = h(
    'div',
    {class: 'edit'},
    input.root,
    h(
      'div',
      {class: 'edit-foot'},
      h('button', {class: 'btn small', type: 'button', text: 'Cancel', on: {click: end}}),
      h('button', {class: 'btn small primary', type: 'button', text: 'Save', on: {click: save}}),
    ),
  );
  for (const c of hidden) c.hidden = true;
  main.append(box);
  input.focus();
}
