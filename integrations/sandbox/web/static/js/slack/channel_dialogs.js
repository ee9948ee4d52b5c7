// Dialogs about channels: create, jump, topic, invite, bookmark.

import {h, clear, append} from '../dom.js';
import {icon} from '../icons.js';
import {avatar} from '../avatar.js';
import {openDialog} from '../dialog.js';
import {fitting} from './completion_token.js';
import {called} from './who.js';
import {plainLine} from './original.js';

/** Lets the person create a channel. */
export function createChannel(desk) {
  const name = h('input', {class: 'input', type: 'text', maxlength: 80, autocomplete: 'off', id: 'new-channel', placeholder: 'e.g. incident-review', autofocus: true,
    on: {input: () => { name.value = name.value.toLowerCase().replace(/\s/g, '-'); }}});
  const secret = h('input', {type: 'checkbox', id: 'new-private'});
  form({title: 'Create a channel', yes: 'Create', body: [
    h('div', {class: 'field'}, h('label', {for: 'new-channel', text: 'Name'}), name),
    h('label', {class: 'box', for: 'new-private'}, secret, h('span', {class: 'box-text'}, 'Private', h('span', {class: 'muted box-note', text: 'Only people who are invited see it.'}))),
  ], done: async () => {
    const made = await desk.act('create', {name: name.value.trim(), private: secret.checked});
    await desk.load.channels();
    desk.ctx.route.go('#/slack/' + ((made.channel && made.channel.id) || made.id || name.value.trim()));
  }});
}

/** A dialog with one form; done may refuse by throwing. */
export function form({title, body, yes, done, danger}) {
  const wrong = h('div', {class: 'wrong', role: 'alert'});
  const save = async (e) => {
    e?.preventDefault();
    wrong.textContent = '';
    try { await done(); dialog.close(); } catch (err) { wrong.textContent = err.message; }
  };
  const dialog = openDialog({title, className: 'dialog-small', body: h('form', {class: 'dialog-form', on: {submit: save}}, body, wrong, h('button', {type: 'submit', class: 'unseen', tabindex: -1, 'aria-hidden': 'true', text: yes})),
    foot: [h('button', {class: 'btn', type: 'button', text: 'Cancel', on: {click: () => dialog.close()}}),
      h('button', {class: ['btn', danger ? 'danger' : 'primary'], type: 'button', text: yes, on: {click: save}})]});
  return dialog;
}

/** A dialog with one line of text. */
export function askLine({title, label, value = '', yes = 'Save', most, done}) {
  const field = h('input', {class: 'input', type: 'text', id: 'ask-line', value, maxlength: most, autocomplete: 'off', autofocus: true});
  form({title, yes, body: h('div', {class: 'field'}, h('label', {for: 'ask-line', text: label}), field), done: () => done(field.value)});
}

/** Lets the person go to a channel by its name. */
export function browse(desk) {
  pickFrom({title: 'Jump to a channel', hold: 'Channel', options: desk.channels.map((c) => ({
    find: c.name, also: [c.topic], draw: [h('span', {class: 'side-sign'}, c.private ? icon('lock') : '#'), h('b', {text: c.name}), h('span', {class: 'muted pick-note', text: c.archived ? 'archived' : c.member ? plainLine(c.topic, desk.who) : 'not joined'})],
    take: () => desk.ctx.route.go('#/slack/' + c.id),
  }))});
}

/** Lets the person invite somebody. */
export function invite(desk) {
  const c = desk.channel;
  pickFrom({title: 'Add somebody to #' + c.name, hold: 'Name', options: desk.who.people.filter((p) => !p.deleted && !c.member_ids.includes(p.id)).map((p) => ({
    find: p.name, also: [p.real_name], draw: [avatar(p.id, called(p), 's'), h('b', {text: called(p)}), h('span', {class: 'muted pick-note', text: '@' + p.name + (p.stranger ? ' · other workspace' : p.guest ? ' · guest' : p.bot ? ' · app' : '')})],
    take: () => desk.act('invite', {channel: c.id, user: p.id}),
  }))});
}

function pickFrom({title, hold, options}) {
  const list = h('div', {class: 'pick-list', role: 'listbox', id: 'jump-list', 'aria-label': title});
  const find = h('input', {class: 'input', type: 'text', placeholder: hold, autocomplete: 'off', autofocus: true, role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'jump-list', 'aria-label': title});
  let rows = [];
  let at = 0;
  const mark = (to) => {
    at = Math.max(0, Math.min(to, rows.length - 1));
    rows.forEach((r, i) => { r.node.classList.toggle('at', i === at); r.node.setAttribute('aria-selected', String(i === at)); });
    rows[at]?.node.scrollIntoView({block: 'nearest'});
    if (rows[at]) find.setAttribute('aria-activedescendant', rows[at].node.id);
  };
  const take = (o) => { dialog.close(); o.take(); };
  const fill = () => {
    rows = fitting(options, find.value.replace(/^[#@]/, ''), 50).map((o, i) => ({o, node: h('div', {class: 'pick-row', role: 'option', id: 'jump-' + i, on: {click: () => take(o)}}, o.draw)}));
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
