// Where people write: text, files, emoji, shortcuts.

import {h, clear, append} from '../dom.js';
import {icon} from '../icons.js';
import {makeInput} from './composer_input.js';
import {pickEmoji} from './reaction.js';
import {deliver, openShortcuts, stagedFile} from './composer_parts.js';

const drafts = new Map();

/** Makes a composer. place() says where: {channel, thread, name, broadcast}; last() finds the own message to edit. */
export function makeComposer(desk, {place, last, extra = null, thread = false}) {
  let files = [];
  let busy = false;
  const draft = () => [desk.me.id, place().channel, place().thread].join();
  const input = makeInput(desk, {
    label: 'Message',
    send,
    up: last,
    commands: !thread,
    paste: take,
    input: () => {
      drafts.set(draft(), input.value());
      ready();
    },
  });
  const staged = h('div', {class: 'staged', hidden: true});
  const chooser = h('input', {type: 'file', multiple: true, hidden: true});
  chooser.addEventListener('change', () => {
    take([...chooser.files]);
    chooser.value = '';
  });
  const go = h(
    'button',
    {class: 'tool compose-send', type: 'button', 'aria-label': 'Send', title: 'Send (Enter)', disabled: true, on: {click: send}},
    icon('send'),
  );
  const bar = h(
    'div',
    {class: 'compose-bar'},
    tool('Attach files', icon('clip'), () => chooser.click()),
    tool('Emoji', icon('smile'), (b) => pickEmoji(b, desk, (name) => input.insert(`:${name}:`))),
    tool('Mention somebody', '@', () => input.insert('@')),
    tool('Shortcuts of apps', icon('faults'), (b) => openShortcuts(b, desk)),
    h('span', {class: 'compose-gap'}),
    go,
  );
  const root = h('div', {class: 'compose'}, staged, input.root, extra, bar, chooser);

  function ready() {
    go.disabled = busy || (!input.value().trim() && !files.length);
  }
  function take(more) {
    files = [...files, ...more];
    staged.hidden = !files.length;
    append(
      clear(staged),
      files.map((f) => stagedFile(f, () => drop(f))),
    );
    ready();
  }
  function drop(f) {
    files = files.filter((x) => x !== f);
    take([]);
  }
  async function send() {
    const text = input.value();
    if (busy || (!text.trim() && !files.length)) return;
    const at = place();
    const key = draft();
    const sent = files;
    busy = true;
    input.set('');
    drafts.delete(key);
    files = [];
    take([]);
    try {
      await deliver(desk, at, text, sent);
    } catch (err) {
      if (draft() === key) {
        input.set(text);
        files = sent;
        take([]);
      }
      drafts.set(key, text);
      throw err;
    } finally {
      busy = false;
      ready();
    }
  }
  return {
    root,
    take,
    focus: input.focus,
    /** Tells that the place is another: its draft comes. */
    moved(placeholder, label) {
      input.field.placeholder = placeholder;
      input.field.setAttribute('aria-label', label);
      input.set(drafts.get(draft()) || '');
      files = [];
      take([]);
    },
    insert: input.insert,
  };
}

function tool(label, face, fn) {
  return h('button', {class: 'tool', type: 'button', 'aria-label': label, title: label, on: {click: (e) => fn(e.currentTarget)}}, face);
}
