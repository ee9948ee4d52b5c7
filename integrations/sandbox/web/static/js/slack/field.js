// Draws input blocks: a label, the element, a hint, what is wrong with it.

import {h} from '../dom.js';
import {words} from './text.js';
import {element} from './element.js';
import {showWrong} from './control.js';

let ids = 0;

/** Draws an input block. */
export function input(b, env) {
  const id = 'f' + ++ids;
  const e = b.element || {};
  const control = element(b, e, env);
  const main = control.matches?.('input, textarea, button, [role]')
    ? control
    : control.querySelector('input, textarea, button, [role]') || control;
  const box = /^(checkboxes|radio_buttons)$/.test(e.type);
  main.id = id;
  const hint = b.hint ? h('div', {class: 'hint muted', id: id + 'h', text: words(b.hint, env.who)}) : null;
  const wrong = h('div', {class: 'wrong', id: id + 'e', role: 'alert', text: (env.errors && env.errors[b.block_id]) || ''});
  (box ? control : main).setAttribute('aria-describedby', [hint && hint.id, wrong.id].filter(Boolean).join(' '));
  const label = h(
    box ? 'div' : 'label',
    {class: 'label', for: box ? null : id, id: id + 'l'},
    words(b.label, env.who),
    b.optional ? h('span', {class: 'muted optional', text: ' (optional)'}) : null,
  );
  (box ? control : main).setAttribute('aria-labelledby', id + 'l' + (main.tagName === 'BUTTON' ? ' ' + id : ''));
  return h('div', {class: 'form-row'}, label, control, wrong, hint);
}

/** Shows what is wrong with fields, by block_id, and puts the focus on the first. */
export function complain(root, errors) {
  let first = null;
  for (const node of root.querySelectorAll('.block-input')) {
    const said = errors[node.dataset.block] || '';
    showWrong(node, said);
    if (said && !first) first = node;
  }
  first?.querySelector('input, textarea, button')?.focus();
  first?.scrollIntoView({block: 'nearest'});
}
