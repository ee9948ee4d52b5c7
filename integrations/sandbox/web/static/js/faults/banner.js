// What is spoilt now, so that nobody forgets it.

import {h, keyed} from '../dom.js';
import {button, hide} from '../form/field.js';
import {active} from './catalogue.js';
import {ruleLine} from './rule.js';

/** Says what is on, with a way to end each rule and all of it: {node, show(state)}. */
export function banner(set) {
  const on = h('p', {class: 'fx-on', role: 'status'});
  const rules = h('ul', {class: 'fx-rules', 'aria-label': 'Faults that wait for their calls'});
  const off = button('Undo all faults', () => set('clear', {}), {kind: 'small'});
  const node = h('div', {class: 'fx-banner', hidden: true}, on, off, rules);
  const show = (state) => {
    const waiting = state?.waiting ?? [];
    const names = [...active(state), ...count(waiting.length)];
    hide(node, names.length === 0);
    const text = names.length > 0 ? `On now: ${names.join(', ')}` : '';
    if (on.textContent !== text) on.textContent = text;
    list(rules, waiting, set, off);
  };
  return {node, show};
}

function count(n) {
  if (n === 0) return [];
  return [n === 1 ? 'one fault waits for its call' : `${n} faults wait for their calls`];
}

/** Shows the rules; the focus of one that is gone goes to the next, or to `heir`. */
function list(rules, waiting, set, heir) {
  const had = rules.contains(document.activeElement);
  keyed(
    rules,
    waiting,
    (r) => `${r.id} ${r.times}`,
    (r) => row(r, set),
  );
  rules.hidden = waiting.length === 0;
  if (had && !rules.contains(document.activeElement)) (rules.querySelector('button') ?? heir).focus({preventScroll: true});
}

function row(rule, set) {
  const line = ruleLine(rule);
  const back = button('Take back', () => set('remove', {id: rule.id}), {kind: 'small', 'aria-label': `Take back: ${line}`});
  return h('li', {}, h('span', {text: line}), back);
}
