// The fields above the ledger's records.

import {h} from '../dom.js';
import {choice, line} from '../form/field.js';
import {kinds, services} from './words.js';

/** Makes the fields: {node, reads, held(on, n)}; `set` hears of what changed, `hold` of the button. */
export function filters(set, hold) {
  const service = chooser('service', 'Service', 'all services', services, set);
  const kind = chooser('kind', 'Kind', 'everything', kinds, set);
  const stop = h('button', {class: 'btn', type: 'button', 'aria-pressed': 'false', text: 'Hold still', on: {click: hold}});
  return {
    node: h('div', {class: 'lg-filter', role: 'search'}, words(set), service, kind, stop),
    reads: reads(set),
    held(on, n) {
      stop.setAttribute('aria-pressed', String(on));
      stop.textContent = !on ? 'Hold still' : n > 0 ? `Go on (${n} new)` : 'Go on';
    },
  };
}

function chooser(name, label, all, names, set) {
  const options = Object.entries(names).map(([value, text]) => ({value, text}));
  const box = choice(name, [{value: '', text: all}, ...options], '', {
    'aria-label': label,
    on: {change: () => set({[name]: box.value})},
  });
  return box;
}

function words(set) {
  const text = 'Filter by words';
  const box = line('text', {type: 'search', placeholder: text, 'aria-label': text, on: {input: () => set({text: box.value})}});
  return box;
}

function reads(set) {
  const box = h('input', {type: 'checkbox', on: {change: () => set({reads: box.checked})}});
  return h('label', {class: 'lg-reads'}, box, 'show calls that only read');
}
