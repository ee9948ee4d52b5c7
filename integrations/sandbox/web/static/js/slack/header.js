// The head of a channel: its name, topic, people and pins.

import {h, clear, append} from '../dom.js';
import {icon} from '../icons.js';
import {plainLine} from './original.js';
import {openMembers, openPins} from './channel_lists.js';
import {openChannelMenu, setTopic} from './channel_menu.js';
import {bookmark} from './bookmark.js';

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
    append(root, back(), name(c, desk), topic(c, desk), h('div', {class: 'chan-tools'}, tools(c, desk, find)));
    append(
      clear(marks),
      (c.bookmarks || []).map((b) => bookmark(b, c, desk)),
    );
  };
  return {root, marks, show};
}

/** The button back to the list, on a phone. */
export function back(href = '#/slack', label = 'All channels') {
  return h('a', {class: 'tool back', href, 'aria-label': label}, icon('back'));
}

function name(c, desk) {
  const title = opener('menu', {class: 'chan-title', title: c.name}, (b) => openChannelMenu(b, c, desk));
  append(
    title,
    h('span', {class: 'chan-sign', 'aria-hidden': 'true'}, c.private ? icon('lock') : '#'),
    h('span', {class: 'chan-text', text: c.name}),
    c.shared ? h('span', {class: 'tag warn', text: 'shared'}) : null,
    c.archived ? h('span', {class: 'tag', text: 'archived'}) : null,
  );
  return h('h2', {class: 'chan-name'}, title);
}

function topic(c, desk) {
  const may = c.member && !c.archived;
  const text = plainLine(c.topic, desk.who);
  return h(
    'button',
    {class: 'chan-topic', type: 'button', disabled: !may, title: text, on: {click: () => setTopic(c, desk)}},
    text || (may ? 'Add a topic' : ''),
  );
}

function tools(c, desk, find) {
  const pins = (c.pins || []).length;
  const framed = 'tool tool-framed';
  return [
    opener('dialog', {class: framed, 'aria-label': `${c.members} people`}, (b) => openMembers(b, c, desk), icon('people'), c.members),
    pins ? opener('dialog', {class: framed, 'aria-label': `${pins} pinned`}, (b) => openPins(b, c, desk, find), icon('pin'), pins) : null,
    opener('menu', {class: 'tool', 'aria-label': 'About this channel'}, (b) => openChannelMenu(b, c, desk), icon('more')),
  ];
}

// opener is a button that opens something beside it.
function opener(what, props, open, ...children) {
  const on = {click: (e) => open(e.currentTarget)};
  return h('button', {type: 'button', 'aria-haspopup': what, 'aria-expanded': 'false', on, ...props}, ...children);
}
