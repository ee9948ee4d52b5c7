// Draws shared files.

import {h} from '../dom.js';
import {icon} from '../icons.js';

/** Draws a message's files: pictures as such, others as cards. */
export function files(list, desk) {
  if (!list.length) return null;
  return h(
    'div',
    {class: 'files'},
    list.map((f) => (f.image ? shown(f, desk) : card(f, desk))),
  );
}

function address(f, desk) {
  const url = f.url && f.url.startsWith('/') ? f.url : '/api/slack/file/' + f.id;
  return url + (url.includes('as=') ? '' : (url.includes('?') ? '&' : '?') + 'as=' + desk.me.id);
}

function shown(f, desk) {
  const url = address(f, desk);
  return h(
    'figure',
    {class: 'file-picture'},
    h('figcaption', {class: 'muted', text: f.name}),
    h('a', {href: url, target: '_blank', rel: 'noopener'}, h('img', {src: url, alt: f.name, loading: 'lazy'})),
  );
}

function card(f, desk) {
  return h(
    'a',
    {class: 'linkcard file-card', href: address(f, desk), download: f.name},
    icon('file'),
    h(
      'div',
      {class: 'file-text'},
      h('div', {class: 'linkcard-title', text: f.name}),
      h('div', {class: 'muted', text: kind(f.name) + ' · ' + size(f.size)}),
    ),
    icon('download', 'muted'),
  );
}

function kind(name) {
  const end = /\.(\w{1,8})$/.exec(name);
  return end ? end[1].toUpperCase() : 'File';
}

/** "214 B", "3.1 kB", "2.0 MB". Pure. */
export function size(n) {
  if (n < 1000) return n + ' B';
  return n < 1e6 ? (n / 1000).toFixed(1) + ' kB' : (n / 1e6).toFixed(1) + ' MB';
}
