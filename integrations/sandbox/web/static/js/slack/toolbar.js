// What can be done to a message: buttons that come with the pointer or the
// focus, a menu, and keys.

import {h} from '../dom.js';
import {icon} from '../icons.js';
import {openMenu} from '../menu.js';
import {confirm} from '../dialog.js';
import {pickReaction} from './reaction.js';
import {messageOf} from './message.js';
import {system} from './message_kind.js';
import {beginEdit} from './edit.js';
import {runShortcut} from './deeds.js';

const quick = [
  ['pushpin', 'Mark for the RCA'],
  ['eyes', 'Looking'],
  ['white_check_mark', 'Done'],
];

/** Gives the messages in root their toolbar. */
export function toolbar(root, desk, options) {
  let on = null;
  const show = (node) => {
    if (!node || (node === on && node.querySelector(':scope > .msg-tools'))) return;
    root.querySelectorAll('.msg-tools').forEach((t) => t.remove());
    on = node;
    const m = messageOf.get(node);
    if (m && !system(m) && !m.deleted && m.subtype !== 'tombstone') node.append(tools(node, m, desk, options));
  };
  const over = (e) => show(e.target.closest('.msg'));
  root.addEventListener('pointerover', over);
  root.addEventListener('focusin', over);
  root.addEventListener('pointerleave', () => {
    if (document.querySelector('.popup') || (root.contains(document.activeElement) && on && on.contains(document.activeElement))) return;
    root.querySelectorAll('.msg-tools').forEach((t) => t.remove());
  });
  root.addEventListener('keydown', (e) => key(e, desk, options));
}

function tools(node, m, desk, options) {
  const tool = (name, label, fn) =>
    h('button', {class: 'tool', type: 'button', 'aria-label': label, title: label, on: {click: (e) => fn(e.currentTarget)}}, icon(name));
  if (m.ephemeral)
    return h(
      'div',
      {class: 'msg-tools', role: 'toolbar', 'aria-label': 'Message'},
      h('button', {class: 'tool tool-text', type: 'button', text: 'Dismiss', on: {click: () => options.dismiss(m.ts)}}),
    );
  return h(
    'div',
    {class: 'msg-tools', role: 'toolbar', 'aria-label': 'Message'},
    quick.map(([name, label]) =>
      h('button', {
        class: 'tool tool-quick',
        type: 'button',
        'aria-label': label,
        title: `${label} :${name}:`,
        text: desk.who.emoji(name) || name,
        on: {click: () => toggle(m, name, desk)},
      }),
    ),
    tool('smile', 'Add a reaction', (b) => pickReaction(b, m, desk)),
    options.inThread ? null : tool('thread', 'Reply in thread', () => reply(m, desk)),
    tool('more', 'More actions', (b) => menu(b, node, m, desk, options)),
  );
}

function toggle(m, name, desk) {
  const mine = (m.reactions || []).some((r) => r.name === name && r.users.includes(desk.me.id));
  return desk.act(mine ? 'unreact' : 'react', {channel: desk.place, ts: m.ts, name});
}

function reply(m, desk) {
  desk.ctx.route.go(desk.ctx.route.slack(desk.place, m.thread_ts || m.ts));
}

/** Says whether the person wrote the message and may change it. */
export function own(m, desk) {
  return m.user === desk.me.id && !m.app && !system(m) && !m.deleted;
}

function menu(button, node, m, desk, options) {
  const here = {channel: desk.place, ts: m.ts};
  const shortcuts = (desk.ctx.state.world.shortcuts || []).filter((s) => s.type === 'message');
  openMenu(
    button,
    [
      options.inThread ? null : {text: 'Reply in thread', note: 'T', fn: () => reply(m, desk)},
      {text: m.pinned ? 'Unpin from channel' : 'Pin to channel', note: 'P', fn: () => desk.act(m.pinned ? 'unpin' : 'pin', here)},
      {text: 'Copy link', fn: () => copy(location.origin + '/' + desk.ctx.route.slack(here.channel, m.thread_ts, m.ts), desk)},
      {text: 'Copy text', fn: () => copy(m.text, desk)},
      ...(shortcuts.length
        ? [
            null,
            ...shortcuts.map((s) => ({text: s.name, note: desk.ctx.state.world.bot.name || 'app', fn: () => runShortcut(s, desk, here)})),
          ]
        : []),
      ...(own(m, desk)
        ? [
            null,
            {text: 'Edit message', note: 'E', fn: () => beginEdit(node, m, desk)},
            {text: 'Delete message', note: 'Del', danger: true, fn: () => remove(m, desk)},
          ]
        : []),
    ].filter((x, i, all) => x || (i && all[i - 1])),
    {label: 'Message actions', wide: true},
  );
}

async function remove(m, desk) {
  const yes = await confirm({
    title: 'Delete message',
    text: 'Are you sure you want to delete this message? This cannot be undone.',
    yes: 'Delete',
    danger: true,
  });
  if (yes) await desk.act('delete', {channel: desk.place, ts: m.ts});
}

async function copy(text, desk) {
  await navigator.clipboard.writeText(text);
  desk.ctx.toast.say('Copied.', 'good');
}

function key(e, desk, options) {
  const node = e.target.closest('.msg');
  const m = node && node === e.target && messageOf.get(node);
  if (!m || e.ctrlKey || e.metaKey || e.altKey || system(m)) return;
  const deed = {
    t: () => !options.inThread && reply(m, desk),
    r: () => pickReaction(node, m, desk),
    p: () => desk.act(m.pinned ? 'unpin' : 'pin', {channel: desk.place, ts: m.ts}),
    e: () => own(m, desk) && beginEdit(node, m, desk),
    Delete: () => own(m, desk) && remove(m, desk),
    m: () => menu(node, node, m, desk, options),
    Enter: () => !options.inThread && m.reply_count && reply(m, desk),
  }[e.key];
  if (!deed) return;
  e.preventDefault();
  e.stopPropagation();
  deed();
}
