// The server's Markdown tree, made into descriptors {tag, props, children} that
// need no document: which tags may appear and which links may be followed is
// decided here, where a test can look.

import {destination} from '../form/link.js';

const plain = new Set([
  'p',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'li',
  'em',
  'strong',
  'del',
  'blockquote',
  'tr',
  'td',
  'th',
  'hr',
  'br',
  'code',
]);

const deepest = 60; // a browser draws no deeper nesting that anybody could read

/** Turns nodes into descriptors and strings; what is unknown keeps its text. */
export function describe(nodes, depth = 0) {
  if (!Array.isArray(nodes) || depth > deepest) return [];
  return nodes.flatMap((node) => one(node, depth)).filter((d) => d !== '');
}

function one(node, depth) {
  if (node === null || node === undefined) return [];
  if (typeof node !== 'object') return [String(node)];
  const inner = () => content(node, depth);
  switch (node.t) {
    case 'text':
      return visible(node.s);
    case 'html':
      return visible(node.s);
    case 'pre':
      return [block(node)];
    case 'a':
      return [link(node, inner())];
    case 'img':
      return [picture(node)];
    case 'table':
      return [table(inner())];
    case 'check':
      return [box(node), ...inner()];
    case 'details':
      return [made('details', {}, [made('summary', {}, [node.s || 'Details']), ...describe(node.c, depth + 1)])];
    case 'br':
    case 'hr':
      return [made(node.t)];
  }
  return plain.has(node.t) ? [made(node.t, {}, inner())] : inner();
}

/** Gives what stands inside: children, or the node's own text. */
function content(node, depth) {
  const children = describe(node.c, depth + 1);
  return children.length === 0 && node.s ? [String(node.s)] : children;
}

/** Leaves HTML comments out, as GitLab does: they are notes between programs. */
function visible(text) {
  return [String(text ?? '').replace(/<!--[\s\S]*?-->/g, '')];
}

function block(node) {
  const text =
    node.s ??
    describe(node.c)
      .filter((c) => typeof c === 'string')
      .join('');
  return made('pre', {tabindex: '0'}, [made('code', {}, [String(text)])]);
}

function link(node, children) {
  const label = children.length > 0 ? children : [String(node.href ?? '')];
  const to = destination(node.href);
  if (!to) return made('span', {class: 'gl-nolink', title: 'This address is not opened'}, label);
  if (!to.outside) return made('a', {href: to.href}, label);
  return made('a', {href: to.href, rel: 'noopener noreferrer', target: '_blank'}, label);
}

const uploaded = /^\/api\/gitlab\/uploads\/[0-9a-f]{32}\/[\w.+-]+$/;

/** Shows a picture of the project's own; of another it gives name and link, for nothing is loaded from elsewhere. */
function picture(node) {
  const name =
    node.s ||
    describe(node.c)
      .filter((c) => typeof c === 'string')
      .join('') ||
    'image';
  if (!uploaded.test(node.href)) return link({href: node.href}, [`🖼 ${name}`]);
  const shown = made('img', {class: 'gl-picture', src: node.href, alt: name});
  return made('a', {href: node.href, rel: 'noopener', target: '_blank'}, [shown]);
}

/** Makes a table that scrolls; a head without a word, which Markdown needs, is left out. */
function table(rows) {
  return made('div', {class: 'gl-scroll', tabindex: '0', role: 'group', 'aria-label': 'Table'}, [
    made('table', {}, headless(rows) ? rows.slice(1) : rows),
  ]);
}

function headless([head]) {
  return head?.tag === 'tr' && head.children.every((cell) => cell.tag === 'th') && textOf([head]).trim() === '';
}

function box(node) {
  const label = node.checked ? 'done' : 'not done';
  return made('span', {class: 'gl-box', role: 'img', 'aria-label': label}, [node.checked ? '☑ ' : '☐ ']);
}

function made(tag, props = {}, children = []) {
  return {tag, props, children};
}

/** Gives the text of descriptors alone, for search and for tests. */
export function textOf(descriptors) {
  return descriptors.map((d) => (typeof d === 'string' ? d : textOf(d.children))).join('');
}
