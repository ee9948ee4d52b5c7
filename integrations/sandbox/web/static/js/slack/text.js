// Draws text objects and messages' texts.

import {h} from '../dom.js';
import {parse} from './mrkdwn.js';
import {draw, jumbo} from './render.js';

/** Draws a text object of Block Kit: plain_text or mrkdwn. */
export function textObject(object, who) {
  if (!object) return [];
  if (typeof object === 'string') return [object];
  if (object.type === 'plain_text') return plain(object.text, who, object.emoji !== false);
  return draw(parse(object.text || '', {bare: !object.verbatim}), who);
}

/** Draws plain text: line breaks and emoji, no markup. */
export function plain(text, who, emoji = true) {
  return String(text ?? '')
    .split('\n')
    .flatMap((row, i) => {
      const nodes = emoji ? emojis(row) : [{t: 'text', s: row}];
      return draw(i ? [{t: 'br'}, ...nodes] : nodes, who);
    });
}

/** Plain text without nodes, for labels of controls: emoji as characters. */
export function words(object, who) {
  const text = typeof object === 'string' ? object : (object && object.text) || '';
  return text.replace(/:([a-z0-9_+'-]{1,64}):/gi, (all, name) => who.emoji(name) || all);
}

function emojis(row) {
  return row.split(/(:[a-z0-9_+'-]{1,64}:)/i).map((s, i) => (i % 2 ? {t: 'emoji', name: s.slice(1, -1), skin: 0, s} : {t: 'text', s}));
}

/** Draws a message's own text. */
export function messageText(text, who, {lists = false} = {}) {
  const nodes = parse(text || '', {bare: true, lists});
  return h('div', {class: ['text', jumbo(nodes, who) && 'jumbo']}, draw(nodes, who));
}
