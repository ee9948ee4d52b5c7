// Reads Slack's mrkdwn into a tree of plain objects. Pure: it knows no people
// and no document. Nodes: {t, s} or {t, c}, where t is text, bold, italic,
// strike, code, pre, quote, list, item, link, user, channel, group, range,
// date, emoji, br.

import {token} from './mrkdwn_token.js';

const marks = {'*': 'bold', '_': 'italic', '~': 'strike'};
const emojiShape = /^:([a-z0-9_+'-]{1,64}):(?::skin-tone-([2-6]):)?/i;
const urlShape = /^https?:\/\/[^\s<>|*_~`]*[^\s<>|*_~`.,;:!?)'"\]]/i;

/** Writes out &lt; &gt; &amp;. */
export function unescape(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({lt: '<', gt: '>', amp: '&'})[name]);
}

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

/** Reads one line, without quotes and code blocks. */
export function inline(text, options = {}) {
  return run(text, options, '');
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
  return rows.flatMap((row, i) => i ? [{t: 'br'}, ...inline(row, options)] : inline(row, options));
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

// run reads text in which the marks in within are open already.
function run(text, options, within) {
  const nodes = [];
  const solid = atoms(text, options);
  const never = {};
  let plain = '';
  const flush = () => { if (plain) nodes.push({t: 'text', s: unescape(plain)}); plain = ''; };
  for (let i = 0; i < text.length;) {
    const atom = solid.get(i);
    if (atom) {
      flush();
      nodes.push(...atom.nodes);
      i = atom.end;
      continue;
    }
    const c = text[i];
    const end = marks[c] && !within.includes(c) && opens(text, i) && !(never[c] <= i) ? closing(text, i, solid) : -1;
    if (marks[c] && end < 0 && opens(text, i)) never[c] = never[c] ?? i;
    if (end > 0) {
      flush();
      nodes.push({t: marks[c], c: run(text.slice(i + 1, end), options, within + c)});
      i = end + 1;
      continue;
    }
    plain += c;
    i++;
  }
  flush();
  return nodes;
}

function opens(text, i) {
  return !/[\p{L}\p{N}_]/u.test(text[i - 1] || ' ') && /\S/.test(text[i + 1] || ' ') && text[i + 1] !== text[i];
}

// closing finds the mark that ends what opened at i, -1 if none does.
function closing(text, i, solid) {
  for (let j = i + 1; j < text.length;) {
    const atom = solid.get(j);
    if (atom) { j = atom.end; continue; }
    if (text[j] === text[i] && j > i + 1 && /\S/.test(text[j - 1]) && !/[\p{L}\p{N}_]/u.test(text[j + 1] || ' ')) return j;
    j++;
  }
  return -1;
}

// atoms are the parts of a line in which marks mean nothing: code, <…>, emoji.
function atoms(text, options) {
  const found = new Map();
  for (let i = 0; i < text.length;) {
    const atom = atomAt(text, i, options);
    if (atom) { found.set(i, atom); i = atom.end; } else i++;
  }
  return found;
}

function atomAt(text, i, options) {
  if (text[i] === '`') {
    const end = text.indexOf('`', i + 1);
    if (end > i + 1) return {end: end + 1, nodes: [{t: 'code', s: raw(text.slice(i + 1, end))}]};
  }
  if (text[i] === '<') {
    const body = /^<([^<>\n]{1,4000})>/.exec(text.slice(i, i + 4002));
    const node = body && token(body[1]);
    if (node) return {end: i + body[0].length, nodes: [node]};
  }
  if (text[i] === ':') {
    const m = emojiShape.exec(text.slice(i, i + 90));
    if (m) return {end: i + m[0].length, nodes: [{t: 'emoji', name: m[1], skin: Number(m[2]) || 0, s: m[0]}]};
  }
  if (options.bare && text[i] === 'h' && !/[\p{L}\p{N}]/u.test(text[i - 1] || ' ')) {
    const m = urlShape.exec(text.slice(i, i + 3000));
    if (m) return {end: i + m[0].length, nodes: [{t: 'link', href: unescape(m[0]), c: [{t: 'text', s: unescape(m[0])}]}]};
  }
  return null;
}

// raw is code: of <…> it shows what a reader would copy.
function raw(text) {
  return unescape(text.replace(/<((?:https?|mailto):[^<>|\n]*)(?:\|([^<>\n]*))?>/g, (_, href, label) => label || href));
}
