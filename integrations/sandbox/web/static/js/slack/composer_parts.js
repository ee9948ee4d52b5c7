// What a composer sends, and its smaller parts.

import {h} from '../dom.js';
import {icon} from '../icons.js';
import {upload} from '../api.js';
import {openMenu} from '../menu.js';
import {runShortcut, tellTrouble} from './deeds.js';
import {size} from './files.js';

/** Sends what somebody wrote: a message, a command, or files with a comment. */
export async function deliver(desk, {channel, thread, broadcast}, text, files) {
  if (files.length) await upload('/api/slack/upload', {as: desk.me.id, channel, thread, comment: text.trim()}, files);
  else tellTrouble(await desk.act('say', {channel, thread, broadcast: Boolean(broadcast), text: text.trim()}), desk);
  desk.tell('sent', {channel, thread});
  for (const load of [desk.load.channel, desk.load.thread, desk.load.screen]) desk.ctx.live.soon(load);
}

/** Opens the menu of the app's global shortcuts. */
export function openShortcuts(button, desk) {
  const list = (desk.ctx.state.world.shortcuts || []).filter((s) => s.type === 'global');
  const items = list.map((s) => ({text: s.name, note: s.description, fn: () => runShortcut(s, desk)}));
  const none = [{text: 'The app has no shortcuts', disabled: true, fn() {}}];
  openMenu(button, items.length ? items : none, {label: 'Shortcuts', wide: true});
}

/** Draws a file that waits to be sent. */
export function stagedFile(f, drop) {
  return h(
    'span',
    {class: 'staged-file'},
    icon('file'),
    h('span', {class: 'staged-name', text: f.name}),
    h('span', {class: 'muted', text: size(f.size)}),
    h('button', {type: 'button', class: 'chip-x', 'aria-label': 'Remove ' + f.name, text: '×', on: {click: drop}}),
  );
}
