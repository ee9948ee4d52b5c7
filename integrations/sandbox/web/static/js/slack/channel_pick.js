// Dialogs to choose a channel to go to, or a person to invite.

import {h, clear, append} from '../dom.js';
import {icon} from '../icons.js';
import {face} from './face.js';
import {openDialog} from '../dialog.js';
import {fitting} from './completion_token.js';
import {called} from './who.js';
import {plainLine} from './original.js';
import {standing} from './person_kind.js';

/** Lets the person go to a channel by its name. */
export function browse(desk) {
  const row = (c) => [
    h('span', {class: 'side-sign'}, c.private ? icon('lock') : '#'),
    h('b', {text: c.name}),
    h('span', {class: 'muted pick-note', text: c.archived ? 'archived' : c.member ? plainLine(c.topic, desk.who) : 'not joined'}),
  ];
  const options = desk.channels.map((c) => ({
    find: c.name,
    also: [c.topic],
    draw: row(c),
    take: () => desk.ctx.route.go('#/slack/' + c.id),
  }));
  pickFrom({title: 'Jump to a channel', hold: 'Channel', options});
}

/** Lets the person invite somebody. */
export function invite(desk) {
  const c = desk.channel;
  const row = (p) => [
    face(p.id, desk.who, 's'),
    h('b', {text: called(p)}),
    h('span', {class: 'muted pick-note', text: ['@' + p.name, standing(p)].filter(Boolean).join(' · ')}),
  ];
  const options = desk.who.people
    .filter((p) => !p.deleted && !c.member_ids.includes(p.id))
    .map((p) => ({find: p.name, also: [p.real_name], draw: row(p), take: () => desk.act('invite', {channel: c.id, user: p.id})}));
  pickFrom({title: 'Add somebody to #' + c.name, hold: 'Name', options});
}

function pickFrom({title, hold, options}) {
  const list = h('div', {class: 'pick-list', role: 'listbox', id: 'jump-list', 'aria-label': title});
  const find = h('input', {
    class: 'input',
    type: 'text',
    placeholder: hold,
    autocomplete: 'off',
    autofocus: true,
    role: 'combobox',
    'aria-expanded': 'true',
    'aria-controls': 'jump-list',
    'aria-label': title,
  });
  let rows = [];
  let at = 0;
  const mark = (to) => {
    at = Math.max(0, Math.min(to, rows.length - 1));
    rows.forEach((r, i) => {
      r.node.classList.toggle('at', i === at);
      r.node.setAttribute('aria-selected', String(i === at));
    });
    rows[at]?.node.scrollIntoView({block: 'nearest'});
    if (rows[at]) find.setAttribute('aria-activedescendant', rows[at].node.id);
  };
  const take = (o) => {
    dialog.close();
    o.take();
  };
  const row = (o, i) => ({o, node: h('div', {class: 'pick-row', role: 'option', id: 'jump-' + i, on: {click: () => take(o)}}, o.draw)});
  const fill = () => {
    rows = fitting(options, find.value.replace(/^[#@]/, ''), 50).map(row);
    append(clear(list), rows.length ? rows.map((r) => r.node) : h('div', {class: 'pick-none muted', text: 'Nothing found.'}));
    mark(0);
  };
  find.addEventListener('input', fill);
  find.addEventListener('keydown', (e) => {
    if (e.key === 'ArrowDown') mark(at + 1);
    else if (e.key === 'ArrowUp') mark(at - 1);
    else if (e.key === 'Enter' && rows[at]) take(rows[at].o);
    else return;
    e.preventDefault();
  });
  const dialog = openDialog({title, className: 'dialog-jump', body: [find, list]});
  fill();
  find.focus();
}
