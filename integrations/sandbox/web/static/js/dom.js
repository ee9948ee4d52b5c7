// Builds the document node by node. Nothing here, nor anywhere else, parses
// text as HTML, so whatever people and bots write stays text.

const svgSpace = 'http://www.w3.org/2000/svg';

/** Makes an element: h('a', {class: 'x', href: '#/slack', on: {click}}, 'text', child, [more]). */
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** Makes an SVG element. */
export function svg(tag, props, ...children) {
  return fill(document.createElementNS(svgSpace, tag), props, children);
}

/** Takes everything out of a node. */
export function clear(node) {
  node.replaceChildren();
  return node;
}

/** Adds children: nodes, strings, lists of them; null and false are nothing. */
export function append(node, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === true) continue;
    node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

/** Says whether a link may be followed: http(s), mailto, tel and our own. */
export function safe(href) {
  return /^(https?:|mailto:|tel:|#|\/(?!\/))/i.test(String(href).trim());
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props || {})) set(node, name, value);
  return append(node, ...children);
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  switch (name) {
    case 'class':
      return node.setAttribute('class', [value].flat().filter(Boolean).join(' '));
    case 'text':
      node.textContent = value;
      return;
    case 'on':
      for (const [type, fn] of Object.entries(value)) node.addEventListener(type, fn);
      return;
    case 'data':
      for (const [key, v] of Object.entries(value)) if (v !== null && v !== undefined) node.dataset[key] = v;
      return;
    case 'vars':
      for (const [key, v] of Object.entries(value)) node.style.setProperty(key, v);
      return;
    case 'value':
    case 'checked':
    case 'indeterminate':
      node[name] = value;
      return;
  }
  if (/^on|^style$|^srcdoc$/i.test(name)) throw new Error(`attribute ${name} is not for text`);
  if (/^(href|src|action|formaction|xlink:href)$/i.test(name) && !safe(value) && !/^(data:image\/|blob:)/.test(value)) return;
  node.setAttribute(name, value === true ? '' : String(value));
}

const keys = new WeakMap();

/**
 * Makes parent's children match items: make(item) for a new key, patch(node,
 * item) for one that is there, which may return another node in its place.
 * Nodes that stay in order are not moved, so focus and scroll stay.
 */
export function keyed(parent, items, key, make, patch) {
  const old = new Map();
  for (const node of [...parent.children]) if (keys.has(node)) old.set(keys.get(node), node);
  const wanted = new Set(items.map(key));
  for (const [k, node] of old)
    if (!wanted.has(k)) {
      node.remove();
      old.delete(k);
    }
  let at = parent.firstElementChild;
  items.forEach((item, i) => {
    const k = key(item, i);
    const there = old.get(k);
    let node = there || make(item, i);
    if (there && patch) node = swap(there, patch(there, item, i) || there);
    if (at === there && there) at = node;
    keys.set(node, k);
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  });
  return parent;
}

/** Puts one node in the place of another and the focus where it was in it. */
function swap(old, node) {
  if (old === node) return node;
  const focus = old.contains(document.activeElement) ? document.activeElement : null;
  const name = focus && focus.dataset.focus;
  old.replaceWith(node);
  if (!focus) return node;
  const next = name && node.querySelector(`[data-focus="${CSS.escape(name)}"]`);
  (next || node).focus({preventScroll: true});
  return node;
}
