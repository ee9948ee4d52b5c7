// Draws a bookmark of a channel.

import {h, safe} from '../dom.js';
import {icon} from '../icons.js';

/** Draws a bookmark; members can take it away. */
export function bookmark(b, c, desk) {
  const face = b.emoji ? desk.who.emoji(b.emoji.replace(/:/g, '')) : '';
  const label = [
    face ? h('span', {class: 'emoji', text: face}) : icon('bookmark'),
    h('span', {class: 'bookmark-text', text: b.title || b.link}),
  ];
  return h('span', {class: 'bookmark', role: 'listitem'}, link(b, label, desk), c.member && !c.archived ? remove(b, c, desk) : null);
}

function link(b, label, desk) {
  const here = desk.who.inside(b.link);
  if (here) return h('a', {class: 'bookmark-link', href: here, title: b.link}, label);
  if (!safe(b.link)) return h('span', {class: 'bookmark-link', title: b.link}, label);
  return h('a', {class: 'bookmark-link', href: b.link, target: '_blank', rel: 'noopener noreferrer', title: b.link}, label);
}

function remove(b, c, desk) {
  const click = () => desk.act('unbookmark', {channel: c.id, id: b.id});
  return h('button', {class: 'bookmark-x', type: 'button', 'aria-label': 'Remove bookmark ' + b.title, text: '×', on: {click}});
}
