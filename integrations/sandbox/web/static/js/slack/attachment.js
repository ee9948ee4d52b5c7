// Draws the older kind of attachments: a coloured bar, a title, fields.

import {h} from '../dom.js';
import {parse} from './mrkdwn.js';
import {draw, link} from './render.js';
import {picture} from './element.js';
import {drawBlocks} from './block.js';
import {dateToken} from '../time.js';

const named = {good: '#2eb886', warning: '#daa038', danger: '#a30200'};

/** Draws a message's attachments. */
export function attachments(list, who, env) {
  if (!Array.isArray(list) || !list.length) return null;
  return list.map((a) => one(a, who, env));
}

function one(a, who, env) {
  const says = (text) => draw(parse(text || '', {bare: true}), who);
  const content = [
    a.author_name ? h('div', {class: 'att-author'}, a.author_link ? link(a.author_link, [a.author_name], who) : a.author_name) : null,
    a.title
      ? h('div', {class: 'att-title'}, a.title_link || a.from_url ? link(a.title_link || a.from_url, says(a.title), who) : says(a.title))
      : null,
    a.text ? h('div', {class: 'text'}, says(a.text)) : null,
    Array.isArray(a.fields) && a.fields.length
      ? h(
          'div',
          {class: 'fields'},
          a.fields.map((f) => h('div', {class: ['text', !f.short && 'field-long']}, h('b', null, says(f.title)), h('br'), says(f.value))),
        )
      : null,
    Array.isArray(a.blocks) ? drawBlocks(h('div', {class: 'blocks'}), a.blocks, env) : null,
    a.image_url || a.thumb_url
      ? picture({image_url: a.image_url || a.thumb_url, alt_text: a.title || a.fallback || 'Image'}, 'block-picture')
      : null,
    Array.isArray(a.actions) && a.actions.length
      ? h('div', {class: 'muted', text: 'Actions of the old kind do not work in the sandbox.'})
      : null,
    a.footer || a.ts
      ? h('div', {class: 'att-foot muted'}, [
          says(a.footer),
          a.ts ? [a.footer ? ' · ' : '', dateToken('{date_short_pretty} {time}', Number(a.ts), who.tz)] : null,
        ])
      : null,
  ];
  const empty = !content.some(Boolean);
  return h(
    'div',
    null,
    a.pretext ? h('div', {class: 'text'}, says(a.pretext)) : null,
    h('div', {class: 'att', vars: bar(a.color)}, empty ? h('div', {class: 'text'}, says(a.fallback || '')) : content),
  );
}

function bar(color) {
  const value = named[color] || (/^#?[0-9a-f]{3,8}$/i.test(color || '') ? '#' + color.replace('#', '') : '');
  return value ? {'--bar': value} : {};
}
