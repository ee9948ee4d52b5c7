// Draws Block Kit blocks. env says for whom and what a deed does:
// {who, store, act(block, element, value), suggest(element, typed), errors, surface}.

import {h, append, keyed} from '../dom.js';
import {icon} from '../icons.js';
import {parse as parseRich} from './rich.js';
import {parse as parseMarkdown} from './markdown.js';
import {draw, link} from './render.js';
import {textObject, words} from './text.js';
import {element, picture} from './element.js';
import {input} from './field.js';
import {grid} from './table.js';

const drawn = new WeakMap();

/** Draws blocks into parent; a block that did not change keeps its nodes, its focus and what is typed. */
export function drawBlocks(parent, blocks, env) {
  const list = (Array.isArray(blocks) ? blocks : []).filter((b) => b && typeof b === 'object');
  return keyed(
    parent,
    list,
    (b, i) => b.block_id || 'n' + i,
    (b) => make(b, env),
    (node, b) => (drawn.get(node) === JSON.stringify(b) ? node : make(b, env)),
  );
}

function make(b, env) {
  const node = h('div', {class: ['block', 'block-' + String(b.type).replace(/\W/g, '')], data: {block: b.block_id}});
  try {
    append(node, (kinds[b.type] || unknown)(b, env));
  } catch (err) {
    console.warn('block cannot be drawn', b.type, err.message);
    append(node, unknown(b));
  }
  drawn.set(node, JSON.stringify(b));
  return node;
}

const kinds = {
  section,
  input,
  header: (b, env) => h('h3', {class: 'block-title'}, textObject({...b.text, type: 'plain_text'}, env.who)),
  divider: () => h('hr'),
  context: (b, env) =>
    (b.elements || []).map((e) =>
      e.type === 'image' ? picture(e, 'context-image') : h('span', {class: 'context-text'}, textObject(e, env.who)),
    ),
  actions: (b, env) => (b.elements || []).map((e) => element(b, e, env)),
  context_actions: (b, env) => (b.elements || []).map((e) => element(b, e, env)),
  rich_text: (b, env) => h('div', {class: 'text'}, draw(parseRich(b), env.who)),
  markdown: (b, env) => h('div', {class: 'text markdown'}, draw(parseMarkdown(b.text || ''), env.who)),
  image: (b, env) =>
    h(
      'figure',
      {class: 'block-figure'},
      b.title ? h('figcaption', {class: 'muted'}, textObject(b.title, env.who)) : null,
      picture(b, 'block-picture'),
    ),
  video: (b, env) =>
    h(
      'div',
      {class: 'linkcard'},
      icon('play'),
      h(
        'div',
        null,
        h('div', {class: 'linkcard-title'}, link(b.title_url || b.video_url || '', [words(b.title, env.who) || 'Video'], env.who)),
        h('div', {class: 'muted'}, [b.author_name, b.provider_name].filter(Boolean).join(' · ')),
        b.description ? h('div', null, textObject(b.description, env.who)) : null,
      ),
    ),
  file: (b) => h('div', {class: 'linkcard'}, icon('file'), h('div', {text: `Remote file ${b.external_id || ''}`})),
  table: grid,
};

function section(b, env) {
  return [
    h(
      'div',
      {class: 'section-main'},
      b.text ? h('div', {class: 'text'}, textObject(b.text, env.who)) : null,
      b.fields
        ? h(
            'div',
            {class: 'fields'},
            b.fields.map((f) => h('div', {class: 'text'}, textObject(f, env.who))),
          )
        : null,
    ),
    b.accessory ? h('div', {class: 'accessory'}, element(b, b.accessory, env)) : null,
  ];
}

function unknown(b) {
  return h(
    'div',
    {class: 'unknown'},
    h('span', {class: 'tag', text: String(b.type || 'no type')}),
    ' A kind of block that this window does not draw.',
    h('details', null, h('summary', {text: 'Its JSON'}), h('pre', {tabindex: 0, text: JSON.stringify(b, null, 2).slice(0, 4000)})),
  );
}
