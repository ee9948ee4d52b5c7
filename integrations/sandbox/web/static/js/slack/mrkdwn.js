// Reads Slack's mrkdwn into a tree of plain objects. Pure: it knows no people
// and no document. Nodes: {t, s} or {t, c}, where t is text, bold, italic,
// strike, code, pre, quote, list, item, link, user, channel, group, range,
// date, emoji, br.

import {inline, raw} from './mrkdwn_line.js';

/** Reads a whole text. options.bare links addresses that stand outside of <>. */
export function parse(text, options = {}) {
  const nodes = [];
  const parts = String(text).split(/```/);
  if (parts.length % 2 === 0) parts.push(parts.splice(-2).join('```')); // the last fence is open
  parts.forEach((part, i) => {
    if (i % 2 === 0) lines(part, i > 0, i < parts.length - 1, nodes, options);
    else if (part.trim()) nodes.push({t: 'pre', s: raw(part.replace(/^\n|\n$/g, ''))});
    else nodes.push({t: 'text', s: '```' + part + '```'});
  });
  return nodes;
}

function lines(part, after, before, nodes, options) {
  let text = part;
  if (after) text = text.replace(/^\n/, '');
  if (before) text = text.replace(/\n$/, '');
  if (!text) return;
  const rows = text.split('\n');
  for (let i = 0; i < rows.length; i++) {
    const rest = /^(?:&gt;|>){3} ?/.exec(rows[i]);
    if (rest) {
      const body = [rows[i].slice(rest[0].length), ...rows.slice(i + 1)];
      nodes.push({t: 'quote', c: joined(body, options)});
      return;
    }
    const quoted = taken(rows, i, /^(?:&gt;|>) ?/);
    if (quoted.length) {
      nodes.push({t: 'quote', c: joined(quoted, options)});
      i += quoted.length - 1;
      continue;
    }
    const list = options.lists && items(rows, i);
    if (list) {
      nodes.push({t: 'list', ordered: list.ordered, start: list.start, c: list.rows.map((r) => ({t: 'item', c: inline(r, options)}))});
      i += list.rows.length - 1;
      continue;
    }
    nodes.push(...inline(rows[i], options));
    if (i < rows.length - 1 && !/^(?:&gt;|>)/.test(rows[i + 1]) && !(options.lists && items(rows, i + 1))) nodes.push({t: 'br'});
  }
}

function joined(rows, options) {
  return rows.flatMap((row, i) => (i ? [{t: 'br'}, ...inline(row, options)] : inline(row, options)));
}

function taken(rows, from, shape) {
  const out = [];
  for (let i = from; i < rows.length && shape.test(rows[i]); i++) out.push(rows[i].replace(shape, ''));
  return out;
}

function items(rows, from) {
  const bullets = taken(rows, from, /^\s{0,4}[-•*] +(?=\S)/);
  if (bullets.length) return {ordered: false, start: 1, rows: bullets};
  const first = /^(\d{1,4})[.)] +\S/.exec(rows[from]);
  if (!first) return null;
  return {ordered: true, start: Number(first[1]), rows: taken(rows, from, /^\d{1,4}[.)] +(?=\S)/)};
}
