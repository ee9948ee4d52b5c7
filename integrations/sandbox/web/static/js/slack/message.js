// Draws one message.

import {h} from '../dom.js';
import {icon} from '../icons.js';
import {clock, clockSeconds, day, ago} from '../time.js';
import {face} from './face.js';
import {messageText} from './text.js';
import {drawBlocks} from './block.js';
import {attachments} from './attachment.js';
import {files} from './files.js';
import {chips} from './reaction.js';
import {draw} from './render.js';
import {inline} from './mrkdwn_line.js';
import {author, gone, system} from './message_kind.js';
import {standing} from './person_kind.js';

/** The message that a node of a list shows. */
export const messageOf = new WeakMap();

/** Draws a message; compact leaves out who wrote it. desk, thread: where it stands. */
export function drawMessage(m, {desk, compact, inThread, env}) {
  const {who} = desk;
  const from = author(m, who);
  if (system(m)) compact = false;
  const node = h(
    'div',
    {
      class: [
        'msg',
        compact && 'msg-compact',
        system(m) && 'msg-system',
        m.pinned && 'msg-pinned',
        m.ephemeral && 'msg-private',
        m.deleted && 'msg-deleted',
        m.subtype === 'me_message' && 'msg-me',
      ],
      role: 'article',
      tabindex: -1,
      data: {ts: m.ts},
      'aria-label': `${from.name}, ${clock(m.ts, who.tz)}`,
    },
    h('div', {class: 'msg-side'}, compact ? when(m, desk, 'msg-when-side') : side(m, from, who)),
    h(
      'div',
      {class: 'msg-main'},
      above(m),
      compact || system(m) || gone(m) ? null : head(m, from, desk),
      body(m, desk, env),
      m.reactions && m.reactions.length ? chips(m, desk) : null,
      m.reply_count && !inThread ? threadLine(m, desk) : null,
    ),
  );
  return node;
}

function side(m, from, who) {
  if (system(m)) return null;
  if (gone(m)) return h('span', {class: 'msg-gone-icon', 'aria-hidden': 'true'}, icon('trash'));
  const node = face(who.ours(m.bot_id) ? m.bot_id : from.id, who, 'm', from.name);
  if (!from.person || from.app) return node;
  const props = {class: 'face-button', type: 'button', tabindex: -1, 'aria-hidden': 'true', title: from.name};
  return h('button', {...props, data: {person: from.person.id}}, node);
}

function head(m, from, desk) {
  const p = from.person;
  return h(
    'div',
    {class: 'msg-head'},
    p && !from.app
      ? h('button', {class: 'msg-name', type: 'button', tabindex: -1, data: {person: p.id}, text: from.name})
      : h('span', {class: 'msg-name', text: from.name}),
    from.app ? h('span', {class: 'tag tag-app', text: 'APP'}) : null,
    !from.app && standing(p) ? h('span', {class: 'tag warn', text: standing(p)}) : null,
    when(m, desk),
  );
}

function when(m, desk, className = '') {
  const {tz} = desk.who;
  return h('a', {
    class: ['msg-when', className],
    href: desk.ctx.route.slack(desk.at.channel, m.thread_ts, m.ts),
    title: `${day(m.ts, tz)} ${clockSeconds(m.ts, tz)}`,
    tabindex: -1,
    text: clock(m.ts, tz),
  });
}

function above(m) {
  if (m.ephemeral) return h('div', {class: 'msg-above'}, icon('eye'), 'Only visible to you');
  if (m.pinned) return h('div', {class: 'msg-above'}, icon('pin'), 'Pinned');
  if (m.broadcast) return h('div', {class: 'msg-above'}, icon('thread'), 'replied to a thread');
  return null;
}

function body(m, desk, env) {
  const {who} = desk;
  if (gone(m))
    return h('div', {class: 'text muted'}, m.text && m.subtype !== 'tombstone' ? h('s', {text: m.text}) : 'This message was deleted.');
  if (system(m)) return news(m, desk);
  const blocks = m.app && Array.isArray(m.blocks) && m.blocks.length ? m.blocks : null;
  const edited = m.edited ? h('span', {class: 'muted edited', title: editedAt(m, who.tz), text: ' (edited)'}) : null;
  const main = blocks ? drawBlocks(h('div', {class: 'blocks'}), blocks, env) : m.text ? messageText(m.text, who, {lists: !m.app}) : null;
  if (main && edited && !blocks) main.append(edited);
  return [main, blocks ? edited : null, attachments(m.attachments, who, env), m.files ? files(m.files, desk) : null];
}

function editedAt(m, tz) {
  return m.edited_at ? `${day(m.edited_at, tz)} ${clockSeconds(m.edited_at, tz)}` : null;
}

// news is a line about the channel: who did what to it.
function news(m, desk) {
  const lead = `<@${m.user}>`;
  const rest = m.text.startsWith(lead) ? m.text.slice(lead.length).trim() : m.text;
  const by = author(m, desk.who);
  const name = m.user ? h('button', {class: 'msg-name', type: 'button', tabindex: -1, data: {person: m.user}, text: by.name}) : null;
  return h('div', {class: 'text'}, name, name ? ' ' : null, draw(inline(rest), desk.who), ' ', when(m, desk));
}

function threadLine(m, desk) {
  const faces = (m.reply_users || []).slice(0, 5).map((id) => face(id, desk.who, 'xs'));
  return h(
    'a',
    {class: 'thread-line', href: desk.ctx.route.slack(desk.place, m.ts)},
    h('span', {class: 'faces'}, faces),
    h('b', {text: m.reply_count === 1 ? '1 reply' : m.reply_count + ' replies'}),
    m.latest_reply ? h('span', {class: 'muted thread-last', text: 'Last reply ' + ago(m.latest_reply)}) : null,
  );
}
