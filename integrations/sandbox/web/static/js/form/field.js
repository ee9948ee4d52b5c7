// Pieces of forms: a label with its field, and buttons that work once at a time.

import {h} from '../dom.js';

let made = 0;

/** Puts a label, and a hint if there is one, to an input. */
export function field(label, input, hint = '') {
  if (!input.id) input.id = `field-${++made}`;
  const note = hint ? h('p', {class: 'hint', id: input.id + '-hint', text: hint}) : null;
  if (note) input.setAttribute('aria-describedby', note.id);
  return h('div', {class: 'field'}, h('label', {for: input.id, text: label}), input, note);
}

/** Makes a one-line input. */
export function line(name, props = {}) {
  return h('input', {class: 'input', type: 'text', name, autocomplete: 'off', ...props});
}

/** Makes an input of several lines. */
export function lines(name, props = {}) {
  return h('textarea', {class: 'input', name, rows: 3, ...props});
}

/** Makes a choice; options are strings or {value, text}. */
export function choice(name, options, chosen, props = {}) {
  const box = h('select', {class: 'input', name, ...props});
  fillChoice(box, options, chosen);
  return box;
}

/** Replaces the options of a choice; what was chosen stays unless told otherwise. */
export function fillChoice(box, options, chosen = box.value) {
  const wanted = options.map((o) => (typeof o === 'string' ? {value: o, text: o} : o));
  const now = [...box.options].map((o) => o.value + '\n' + o.text).join('\t');
  if (now !== wanted.map((o) => o.value + '\n' + o.text).join('\t')) {
    box.replaceChildren(...wanted.map((o) => h('option', {value: o.value, text: o.text})));
  }
  if (wanted.some((o) => o.value === chosen)) box.value = chosen;
}

/** Makes a button that does fn; while that takes time it cannot be pressed again. */
export function button(text, fn, {kind = '', ...props} = {}) {
  const node = h('button', {class: ['btn', kind], type: 'button', ...props, on: {click: (e) => once(node, () => fn(e))}}, text);
  return node;
}

/** Makes a form that calls fn with the values of its named fields. */
export function form(fn, props, ...children) {
  const node = h(
    'form',
    {
      ...props,
      on: {
        submit: (e) => {
          e.preventDefault();
          once(node.querySelector('[type=submit]'), () => fn(Object.fromEntries(new FormData(node)), node));
        },
      },
    },
    ...children,
  );
  node.addEventListener('keydown', (e) => {
    if (e.key === 'Enter' && (e.metaKey || e.ctrlKey)) node.requestSubmit();
  });
  return node;
}

/** Runs fn with a button switched off; the focus stays where it was. */
export async function once(node, fn) {
  if (node?.getAttribute('aria-busy') === 'true') return;
  node?.setAttribute('aria-busy', 'true');
  try {
    return await fn();
  } finally {
    node?.removeAttribute('aria-busy');
  }
}

/** Hides a node or shows it; a focus that it had goes to its heir. */
export function hide(node, hidden, heir) {
  const had = hidden && !node.hidden && node.contains(document.activeElement);
  node.hidden = hidden;
  if (had) heir?.focus({preventScroll: true});
}
