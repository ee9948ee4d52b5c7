// Draws the field of a form that takes files, and those that it has.

import {h, clear, append} from '../dom.js';
import {focusName, showWrong} from './control.js';
import {stagedFile} from './composer_parts.js';

const most = {file: 10 << 20, all: 20 << 20};

/** Draws the chooser and the files; what is picked or dropped is uploaded at once, as Slack's client does. */
export function fileField(b, e, env) {
  const chooser = h('input', {
    class: 'input',
    type: 'file',
    multiple: (e.max_files || 10) > 1,
    accept: (e.filetypes || []).map((t) => '.' + t).join(',') || null,
    disabled: !env.attach,
    data: {focus: focusName(b, e)},
    on: {change: () => take([...chooser.files])},
  });
  const list = h('ul', {class: 'attached', 'aria-label': 'Attached files', 'aria-live': 'polite'});
  const note = h('span', {class: 'muted', text: env.attach ? rules(e) : 'Files can be attached in forms only.'});
  const root = h('div', {class: 'attach'}, chooser, note, list);
  const wrong = (said) => showWrong(root.closest('.block-input'), said);
  const held = () => env.store.get(b.block_id, e).files || [];
  let sending = false;

  async function take(picked) {
    if (sending || !picked.length || !env.attach) return;
    sending = true;
    root.setAttribute('aria-busy', 'true');
    try {
      const said = tooLarge(picked) || (await send(picked));
      wrong(said);
    } catch (err) {
      wrong(err.message);
    } finally {
      sending = false;
      root.removeAttribute('aria-busy');
      chooser.value = '';
      draw();
    }
  }
  async function send(picked) {
    const answer = await env.attach(b, picked);
    if (answer.errors) return answer.errors[b.block_id];
    env.store.put(b.block_id, e, answer.values[e.action_id].files);
    return '';
  }
  function drop(file) {
    if (sending) return;
    env.store.put(
      b.block_id,
      e,
      held().filter((f) => f !== file),
    );
    env.keep?.(b);
    wrong('');
    draw();
    chooser.focus();
  }
  function draw() {
    append(
      clear(list),
      held().map((f) => h('li', null, stagedFile(f, () => drop(f)))),
    );
    list.hidden = !held().length;
  }
  droppable(root, take);
  draw();
  return root;
}

function droppable(root, take) {
  const over = (on) => root.classList.toggle('over', on);
  root.addEventListener('dragover', (e) => {
    if (!e.dataTransfer?.types.includes('Files')) return;
    e.preventDefault();
    over(true);
  });
  root.addEventListener('dragleave', () => over(false));
  root.addEventListener('drop', (e) => {
    over(false);
    if (!e.dataTransfer?.files.length) return;
    e.preventDefault();
    take([...e.dataTransfer.files]);
  });
}

/** Says what a field takes: "Up to 2 files: txt, log". Pure. */
export function rules(e) {
  const n = e.max_files || 10;
  const types = (e.filetypes || []).join(', ');
  return (n === 1 ? 'One file' : `Up to ${n} files`) + (types ? ': ' + types : '');
}

/** Says why files are too much to be sent, or ''; the rest the server checks. Pure. */
export function tooLarge(files) {
  const big = files.find((f) => f.size > most.file);
  if (big) return `${big.name} is larger than 10 MB.`;
  return files.reduce((sum, f) => sum + f.size, 0) >= most.all ? 'That is more than 20 MB at once.' : '';
}
