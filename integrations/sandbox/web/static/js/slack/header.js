// The head of a channel: its name, topic, people, pins and bookmarks.

import {h, clear, append, safe} from '../dom.js';
import {icon} from '../icons.js';
import {avatar} from '../avatar.js';
import {openMenu, popup, close} from '../menu.js';
import {confirm} from '../dialog.js';
import {clock, dayName} from '../time.js';
import {called} from './who.js';
import {asTyped, plainLine} from './original.js';
import {author} from './message.js';
import {askLine, form, invite} from './channel_dialogs.js';

/** Makes the head; show() draws it anew. */
export function makeHeader(desk, {find}) {
  const root = h('header', {class: 'chan-head'});
  const marks = h('div', {class: 'bookmarks', role: 'list', 'aria-label': 'Bookmarks'});
  let drawn = '';
  const show = () => {
    const c = desk.channel;
    const sign = JSON.stringify([c && {...c, unread: 0, mentions: 0, latest: ''}, desk.me.id]);
    if (sign === drawn) return;
    drawn = sign;
    clear(root);
    marks.hidden = !c || !c.bookmarks || !c.bookmarks.length;
    if (!c) return;
    append(root, back(), name(c, desk), topic(c, desk), h('div', {class: 'chan-tools'}, people(c, desk), pins(c, desk, find), more(c, desk)));
    append(clear(marks), (c.bookmarks || []).map((b) => bookmark(b, c, desk)));
  };
  return {root, marks, show};
}

/** The button back to the list, on a phone. */
export function back(href = '#/slack', label = 'All channels') {
  return h('a', {class: 'tool back', href, 'aria-label': label}, icon('back'));
}

function name(c, desk) {
  return h('h2', {class: 'chan-name'}, h('button', {type: 'button', class: 'chan-title', title: c.name, 'aria-haspopup': 'menu', 'aria-expanded': 'false', on: {click: (e) => menu(e.currentTarget, c, desk)}},
    h('span', {class: 'chan-sign', 'aria-hidden': 'true'}, c.private ? icon('lock') : '#'), h('span', {class: 'chan-text', text: c.name}),
    c.shared ? h('span', {class: 'tag warn', text: 'shared'}) : null, c.archived ? h('span', {class: 'tag', text: 'archived'}) : null));
}

function topic(c, desk) {
  const may = c.member && !c.archived;
  return h('button', {class: 'chan-topic', type: 'button', disabled: !may, title: plainLine(c.topic, desk.who), on: {click: () => setTopic(c, desk)}},
    c.topic ? plainLine(c.topic, desk.who) : may ? 'Add a topic' : '');
}

function setTopic(c, desk) {
  askLine({title: 'Edit topic', label: 'Topic of #' + c.name, value: asTyped(c.topic, desk.who), most: 250, done: (text) => desk.act('topic', {channel: c.id, topic: text})});
}

function people(c, desk) {
  const b = h('button', {class: 'tool tool-framed', type: 'button', 'aria-label': `${c.members} people`, 'aria-haspopup': 'dialog', 'aria-expanded': 'false', on: {click: () => {
    const box = h('div', {class: 'menu list-menu', role: 'dialog', 'aria-label': 'People in the channel'},
      c.member && !c.archived ? h('button', {class: 'list-row', type: 'button', on: {click: () => { close(); invite(desk); }}}, h('span', {class: 'face face-s face-plus'}, icon('plus')), h('b', {text: 'Add somebody'})) : null,
      (c.member_ids || []).map((id) => {
        const p = desk.who.user(id);
        return h('button', {class: 'list-row', type: 'button', data: {person: id}}, avatar(id, called(p), 's'), h('span', {class: 'list-text'}, called(p), h('span', {class: 'muted', text: p ? ' @' + p.name : ''})),
          p && p.bot ? h('span', {class: 'tag tag-app', text: 'APP'}) : p && p.stranger ? h('span', {class: 'tag warn', text: 'other workspace'}) : p && p.guest ? h('span', {class: 'tag warn', text: 'guest'}) : null);
      }));
    popup(b, box);
    box.querySelector('button')?.focus();
  }}}, icon('people'), String(c.members));
  return b;
}

function pins(c, desk, find) {
  const n = (c.pins || []).length;
  if (!n) return null;
  const b = h('button', {class: 'tool tool-framed', type: 'button', 'aria-label': `${n} pinned`, 'aria-haspopup': 'dialog', 'aria-expanded': 'false', on: {click: () => {
    const box = h('div', {class: 'menu list-menu', role: 'dialog', 'aria-label': 'Pinned messages'}, [...c.pins].reverse().map((ts) => {
      const m = desk.messages.find((x) => x.ts === ts);
      return h('button', {class: 'list-row list-pin', type: 'button', on: {click: () => { close(); find(ts); }}}, h('span', {class: 'list-text'},
        h('b', {text: m ? author(m, desk.who).name : 'A message'}), h('span', {class: 'muted', text: ` ${dayName(ts, desk.who.tz)} ${clock(ts, desk.who.tz)}`}),
        h('div', {class: 'clip', text: m ? plainLine(m.text, desk.who) : 'in a thread or further up'})));
    }));
    popup(b, box);
    box.querySelector('button')?.focus();
  }}}, icon('pin'), String(n));
  return b;
}

function more(c, desk) {
  const b = h('button', {class: 'tool', type: 'button', 'aria-label': 'About this channel', 'aria-haspopup': 'menu', 'aria-expanded': 'false', on: {click: () => menu(b, c, desk)}}, icon('more'));
  return b;
}

function menu(button, c, desk) {
  const act = (verb, more) => desk.act(verb, {channel: c.id, ...more});
  openMenu(button, (c.archived ? [] : c.member ? [
    {text: 'Edit topic', fn: () => setTopic(c, desk)},
    {text: 'Add somebody', fn: () => invite(desk)},
    {text: 'Add a bookmark', fn: () => addBookmark(c, desk)},
    null,
    {text: 'Leave channel', fn: () => act('leave')},
    {text: 'Archive channel', danger: true, fn: async () => {
      if (await confirm({title: 'Archive #' + c.name, text: 'Nobody can write in an archived channel.', yes: 'Archive', danger: true})) act('archive');
    }},
    null,
  ] : [{text: 'Join channel', fn: () => act('join')}, null]).concat([{text: 'Copy channel ID', note: c.id, fn: async () => { await navigator.clipboard.writeText(c.id); desk.ctx.toast.say('Copied.', 'good'); }}]), {label: 'About this channel'});
}

function addBookmark(c, desk) {
  const title = h('input', {class: 'input', type: 'text', id: 'bm-title', autocomplete: 'off'});
  const link = h('input', {class: 'input', type: 'url', id: 'bm-link', placeholder: 'https://', autocomplete: 'off', autofocus: true});
  form({title: 'Add a bookmark', yes: 'Add', body: [h('div', {class: 'field'}, h('label', {for: 'bm-link', text: 'Link'}), link), h('div', {class: 'field'}, h('label', {for: 'bm-title', text: 'Name'}), title)],
    done: () => desk.act('bookmark', {channel: c.id, title: title.value.trim() || link.value.trim(), link: link.value.trim()})});
}

function bookmark(b, c, desk) {
  const here = desk.who.inside(b.link);
  const face = b.emoji ? desk.who.emoji(b.emoji.replace(/:/g, '')) : '';
  const label = [face ? h('span', {class: 'emoji', text: face}) : icon('bookmark'), h('span', {class: 'bookmark-text', text: b.title || b.link})];
  return h('span', {class: 'bookmark', role: 'listitem'},
    safe(b.link) ? h('a', {class: 'bookmark-link', href: here || b.link, target: here ? null : '_blank', rel: 'noopener noreferrer', title: b.link}, label) : h('span', {class: 'bookmark-link', title: b.link}, label),
    c.member && !c.archived ? h('button', {class: 'bookmark-x', type: 'button', 'aria-label': 'Remove bookmark ' + b.title, text: '×', on: {click: () => desk.act('unbookmark', {channel: c.id, id: b.id})}}) : null);
}
