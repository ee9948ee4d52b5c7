// Reads one line of mrkdwn into nodes: marks, code, links, emoji. Pure.

import {plain, token} from './mrkdwn_token.js';

const marks = {'*': 'bold', _: 'italic', '~': 'strike'};
const emojiShape = /^:([a-z0-9_+'-]{1,64}):(?::skin-tone-([2-6]):)?/i;
const urlShape = /^https?:\/\/[^\s<>|*_~`]*[^\s<>|*_~`.,;:!?)'"\]]/i;

/** Reads a line, in which there are no quotes or code blocks. */
export function inline(text, options = {}) {
  return run(text, options, '');
}

// run reads text in which the marks in within are open already.
function run(text, options, within) {
  const nodes = [];
  const solid = atoms(text, options);
  const never = {};
  let words = '';
  const flush = () => {
    if (words) nodes.push({t: 'text', s: plain(words)});
    words = '';
  };
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
    words += c;
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
    if (atom) {
      j = atom.end;
      continue;
    }
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
    if (atom) {
      found.set(i, atom);
      i = atom.end;
    } else i++;
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
    if (m) return {end: i + m[0].length, nodes: [{t: 'link', href: plain(m[0]), c: [{t: 'text', s: plain(m[0])}]}]};
  }
  return null;
}

/** What code shows: of <…> what a reader would copy. */
export function raw(text) {
  return plain(text.replace(/<((?:https?|mailto):[^<>|\n]*)(?:\|([^<>\n]*))?>/g, (_, href, label) => label || href));
}
