// Where people write: text, files, emoji, shortcuts.

import {h, clear, append} from '../dom.js';
import {icon} from '../icons.js';
import {upload} from '../api.js';
import {openMenu} from '../menu.js';
import {makeInput} from './composer_input.js';
import {pickEmoji} from './reaction.js';
import {regret} from './deeds.js';
import {size} from './files.js';

const drafts = new Map();

/** Makes a composer. place() says where: {channel, thread, name, broadcast}; last() finds the own message to edit. */
export function makeComposer(desk, {place, last, extra = null, thread = false}) {
  let files = [];
  let busy = false;
  const draft = () => [desk.me.id, place().channel, place().thread].join();
  const input = makeInput(desk, {label: 'Message', send, up: last, commands: !thread, paste: take, input: () => { drafts.set(draft(), input.value()); ready(); }});
  const staged = h('div', {class: 'staged', hidden: true});
  const chooser = h('input', {type: 'file', multiple: true, hidden: true, on: {change: () => { take([...chooser.files]); chooser.value = ''; }}});
  const tool = (name, label, fn) => h('button', {class: 'tool', type: 'button', 'aria-label': label, title: label, on: {click: (e) => fn(e.currentTarget)}}, icon(name));
  const go = h('button', {class: 'tool compose-send', type: 'button', 'aria-label': 'Send', title: 'Send (Enter)', disabled: true, on: {click: send}}, icon('send'));
  const root = h('div', {class: 'compose'}, staged, input.root, extra,
    h('div', {class: 'compose-bar'},
      tool('clip', 'Attach files', () => chooser.click()),
      tool('smile', 'Emoji', (b) => pickEmoji(b, desk, (name) => input.insert(`:${name}:`))),
      h('button', {class: 'tool', type: 'button', 'aria-label': 'Mention somebody', title: 'Mention somebody', text: '@', on: {click: () => input.insert('@')}}),
      tool('faults', 'Shortcuts of apps', (b) => shortcuts(b, desk)),
      h('span', {class: 'compose-gap'}), go), chooser);

  function ready() { go.disabled = busy || !input.value().trim() && !files.length; }
  function take(more) {
    files = [...files, ...more];
    staged.hidden = !files.length;
    append(clear(staged), files.map((f) => h('span', {class: 'staged-file'}, icon('file'), h('span', {class: 'staged-name', text: f.name}), h('span', {class: 'muted', text: size(f.size)}),
      h('button', {type: 'button', class: 'chip-x', 'aria-label': 'Remove ' + f.name, text: '×', on: {click: () => { files = files.filter((x) => x !== f); take([]); }}}))));
    ready();
  }
  async function send() {
    const text = input.value();
    if (busy || !text.trim() && !files.length) return;
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
      if (draft() === key) { input.set(text); files = sent; take([]); }
      drafts.set(key, text);
      throw err;
    } finally {
      busy = false;
      ready();
    }
  }
  return {
    root, take, focus: input.focus,
    /** Tells that the place is another: its draft comes. */
    moved(placeholder) {
      input.field.placeholder = placeholder;
      input.set(drafts.get(draft()) || '');
      files = [];
      take([]);
    },
    insert: input.insert,
  };
}

async function deliver(desk, {channel, thread, broadcast}, text, files) {
  if (files.length) {
    await upload('/api/slack/upload', {as: desk.me.id, channel, thread, comment: text.trim()}, files);
  } else {
    const answer = await desk.act('say', {channel, thread, broadcast: Boolean(broadcast), text: text.trim()});
    const trouble = answer && answer.reply && answer.reply.trouble;
    if (trouble) desk.ctx.toast.say(regret(trouble), 'bad');
  }
  desk.tell('sent', {channel, thread});
  for (const load of [desk.load.channel, desk.load.thread, desk.load.screen]) desk.ctx.live.soon(load);
}

function shortcuts(button, desk) {
  const list = (desk.ctx.state.world.shortcuts || []).filter((s) => s.type === 'global');
  openMenu(button, list.length ? list.map((s) => ({text: s.name, note: s.description, fn: async () => {
    const answer = await desk.act('shortcut', {callback_id: s.callback_id});
    const trouble = answer && answer.reply && answer.reply.trouble;
    if (trouble) desk.ctx.toast.say(regret(trouble), 'bad');
    desk.ctx.live.soon(desk.load.screen);
  }})) : [{text: 'The app has no shortcuts', disabled: true, fn() {}}], {label: 'Shortcuts', wide: true});
}
