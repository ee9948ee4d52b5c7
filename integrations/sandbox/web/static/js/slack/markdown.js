// Reads the Markdown of a markdown block into the tree that mrkdwn.js makes,
// as much of it as Slack shows there. Pure.

const deepest = 12; // blocks inside of blocks; beyond that it is only text

/** Reads a whole text. */
export function parse(text, depth = 0) {
  const rows = String(text).replace(/\r\n?/g, '\n').split('\n');
  const nodes = [];
  for (let i = 0; i < rows.length;) {
    const [node, next] = depth < deepest ? block(rows, i, depth) : paragraph(rows, i);
    if (node) nodes.push(node);
    i = next;
  }
  return nodes;
}

function block(rows, i, depth) {
  const row = rows[i];
  if (!row.trim()) return [null, i + 1];
  const fence = /^ {0,3}(```+|~~~+)/.exec(row);
  if (fence) return fenced(rows, i, fence[1]);
  const head = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(row);
  if (head) return [{t: 'heading', level: head[1].length, c: inline(head[2])}, i + 1];
  if (/^ {0,3}([-*_])( *\1){2,} *$/.test(row)) return [{t: 'rule'}, i + 1];
  if (/^ {0,3}>/.test(row)) return gathered(rows, i, /^ {0,3}> ?/, (body) => ({t: 'quote', c: parse(body.join('\n'), depth + 1)}));
  if (row.includes('|') && /^ *\|?( *:?-+:? *\|)+ *:?-* *:?\|? *$/.test(rows[i + 1] || '')) return table(rows, i);
  if (/^ {0,3}([-*+]|\d{1,9}[.)]) +/.test(row)) return list(rows, i, depth);
  return paragraph(rows, i);
}

function fenced(rows, i, mark) {
  let end = i + 1;
  while (end < rows.length && !rows[end].trim().startsWith(mark)) end++;
  return [{t: 'pre', s: rows.slice(i + 1, end).join('\n')}, end + 1];
}

function gathered(rows, i, shape, make) {
  const body = [];
  while (i < rows.length && shape.test(rows[i])) body.push(rows[i++].replace(shape, ''));
  return [make(body), i];
}

function table(rows, i) {
  const cells = (row) =>
    row
      .trim()
      .replace(/^\||\|$/g, '')
      .split(/(?<!\\)\|/)
      .map((c) => inline(c.trim().replaceAll('\\|', '|')));
  const head = cells(rows[i]);
  const body = [];
  for (i += 2; i < rows.length && rows[i].includes('|'); i++) body.push(cells(rows[i]));
  return [{t: 'table', head, rows: body}, i];
}

function list(rows, i, depth) {
  const first = /^( {0,3})([-*+]|(\d{1,9})[.)]) +/.exec(rows[i]);
  const node = {t: 'list', ordered: Boolean(first[3]), start: Number(first[3]) || 1, c: []};
  const shape = node.ordered ? /^ {0,3}\d{1,9}[.)] +/ : /^ {0,3}[-*+] +/;
  while (i < rows.length && shape.test(rows[i])) {
    const head = rows[i++].replace(shape, '');
    const inner = [];
    while (i < rows.length && ((/^ {2,}\S/.test(rows[i]) && !shape.test(rows[i])) || /^ {2,}([-*+]|\d+[.)]) /.test(rows[i])))
      inner.push(rows[i++].replace(/^ {2,4}/, ''));
    node.c.push({t: 'item', ...task(head), rest: inner.length ? parse(inner.join('\n'), depth + 1) : []});
  }
  for (const item of node.c) {
    item.c.push(...item.rest);
    delete item.rest;
  }
  return [node, i];
}

function task(head) {
  const box = /^\[([ xX])\] +/.exec(head);
  return box ? {checked: box[1] !== ' ', c: inline(head.slice(box[0].length))} : {c: inline(head)};
}

function paragraph(rows, i) {
  const body = [];
  if (!rows[i].trim()) return [null, i + 1];
  while (i < rows.length && rows[i].trim() && (body.length === 0 || !/^ {0,3}(#{1,6} |>|```|~~~|[-*+] |\d{1,9}[.)] )/.test(rows[i])))
    body.push(rows[i++].trim());
  return [{t: 'para', c: body.flatMap((row, n) => (n ? [{t: 'br'}, ...inline(row)] : inline(row)))}, i];
}

const shapes = [
  [
    /^`+/,
    (rest, m) => {
      const end = rest.indexOf(m[0], m[0].length);
      return end > 0 && [{t: 'code', s: rest.slice(m[0].length, end).trim()}, end + m[0].length];
    },
  ],
  [/^\\([\\`*_{}[\]()#+.!|~>-])/, (_, m) => [{t: 'text', s: m[1]}, 2]],
  [/^!?\[([^\]\n]*)\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/, (_, m) => [{t: 'link', href: m[2], c: inline(m[1] || m[2])}, m[0].length]],
  [/^<(https?:[^\s<>]+)>/, (_, m) => [{t: 'link', href: m[1], c: [{t: 'text', s: m[1]}]}, m[0].length]],
  [/^https?:\/\/[^\s<>]*[^\s<>.,;:!?)'"\]]/, (_, m) => [{t: 'link', href: m[0], c: [{t: 'text', s: m[0]}]}, m[0].length]],
  [/^(\*\*|__)(?=\S)([^\n]*?\S)\1/, (_, m) => [{t: 'bold', c: inline(m[2])}, m[0].length]],
  [/^~~(?=\S)([^\n]*?\S)~~/, (_, m) => [{t: 'strike', c: inline(m[1])}, m[0].length]],
  [/^([*_])(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])/u, (_, m) => [{t: 'italic', c: inline(m[2])}, m[0].length]],
  [/^:([a-z0-9_+'-]{1,64}):/i, (_, m) => [{t: 'emoji', name: m[1], skin: 0, s: m[0]}, m[0].length]],
];

function inline(text) {
  const nodes = [];
  let plain = '';
  for (let i = 0; i < text.length;) {
    const hit = /[`\\![<h*_~:]/.test(text[i]) && match(text, i);
    if (!hit) {
      plain += text[i++];
      continue;
    }
    if (plain) nodes.push({t: 'text', s: plain});
    plain = '';
    nodes.push(hit[0]);
    i += hit[1];
  }
  if (plain) nodes.push({t: 'text', s: plain});
  return nodes;
}

function match(text, i) {
  const word = /[\p{L}\p{N}]/u.test(text[i - 1] || ' ');
  if (word && /[_h:]/.test(text[i])) return null;
  const rest = text.slice(i, i + (/[*_~]/.test(text[i]) ? 1000 : 4000)); // so that no text takes long
  for (const [shape, make] of shapes) {
    const m = shape.exec(rest);
    const hit = m && make(rest, m);
    if (hit) return hit;
  }
  return null;
}
