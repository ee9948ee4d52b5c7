// The lists behind a channel's head: who is in it, what is pinned.

import {h} from '../dom.js';
import {icon} from '../icons.js';
import {face} from './face.js';
import {popup, close} from '../menu.js';
import {clock, dayName} from '../time.js';
import {called} from './who.js';
import {plainLine} from './original.js';
import {author} from './message_kind.js';
import {standing} from './person_kind.js';
import {invite} from './channel_pick.js';

/** Opens the list of who is in the channel. */
export function openMembers(anchor, c, desk) {
  const add = () => {
    close();
    invite(desk);
  };
  const plus = [h('span', {class: 'face face-s face-plus'}, icon('plus')), h('b', {text: 'Add somebody'})];
  open(anchor, 'People in the channel', [
    c.member && !c.archived ? h('button', {class: 'list-row', type: 'button', on: {click: add}}, plus) : null,
    (c.member_ids || []).map((id) => member(id, desk)),
  ]);
}

function member(id, desk) {
  const p = desk.who.user(id);
  const handle = h('span', {class: 'muted', text: p ? ' @' + p.name : ''});
  const kind = standing(p);
  return h(
    'button',
    {class: 'list-row', type: 'button', data: {person: id}},
    face(id, desk.who, 's'),
    h('span', {class: 'list-text'}, called(p), handle),
    kind ? h('span', {class: ['tag', p.bot ? 'tag-app' : 'warn'], text: kind}) : null,
  );
}

/** Opens the list of what is pinned; find brings a message into sight. */
export function openPins(anchor, c, desk, find) {
  open(
    anchor,
    'Pinned messages',
    [...c.pins].reverse().map((ts) => pin(ts, desk, find)),
  );
}

function pin(ts, desk, find) {
  const m = desk.messages.find((x) => x.ts === ts);
  const go = () => {
    close();
    find(ts);
  };
  return h(
    'button',
    {class: 'list-row list-pin', type: 'button', on: {click: go}},
    h(
      'span',
      {class: 'list-text'},
      h('b', {text: m ? author(m, desk.who).name : 'A message'}),
      h('span', {class: 'muted', text: ` ${dayName(ts, desk.who.tz)} ${clock(ts, desk.who.tz)}`}),
      h('div', {class: 'clip', text: m ? plainLine(m.text, desk.who) : 'in a thread or further up'}),
    ),
  );
}

function open(anchor, label, rows) {
  const box = h('div', {class: 'menu list-menu', role: 'dialog', 'aria-label': label}, rows);
  popup(anchor, box);
  box.querySelector('button')?.focus();
}
