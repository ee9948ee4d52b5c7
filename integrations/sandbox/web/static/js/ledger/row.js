// One record as a row that opens to show all of it.

import {h, clear} from '../dom.js';
import {direction, kinds, pretty, result, what} from './sentence.js';

/** Makes a row; `full(n)` fetches the whole record. */
export function recordRow(record, ctx, name, full) {
  const id = `record-${record.n}`;
  const more = h('div', {class: 'lg-more', id, hidden: true});
  const ended = result(record);
  const head = h(
    'button',
    {
      class: 'lg-head',
      type: 'button',
      'aria-expanded': 'false',
      'aria-controls': id,
      on: {click: () => toggle(head, more, record, full)},
    },
    h('span', {class: 'lg-n muted', text: String(record.n)}),
    h('time', {class: 'lg-at muted', datetime: record.at, text: ctx.time.clockSeconds(record.at, ctx.state.me?.tz)}),
    h('span', {class: ['lg-who', 'lg-' + record.kind], text: direction(record, name)}),
    h('span', {class: 'lg-what', text: what(record)}),
    ended.text ? h('span', {class: ['tag', ended.tone], text: ended.text}) : null,
  );
  return h('li', {class: 'lg-row', data: {service: record.service || 'story', kind: record.kind}}, head, more);
}

async function toggle(head, more, record, full) {
  const open = head.getAttribute('aria-expanded') !== 'true';
  head.setAttribute('aria-expanded', String(open));
  more.hidden = !open;
  if (!open || more.dataset.full === 'yes') return;
  clear(more).append(h('p', {class: 'muted', text: 'Loading…'}));
  const whole = await full(record.n);
  more.dataset.full = 'yes';
  clear(more).append(...details(whole ?? record));
}

function details(r) {
  const facts = [
    ['Kind', kinds[r.kind] ?? r.kind],
    ['Method', r.method],
    ['Who', r.actor],
    ['Where', r.where],
    ['Reference', r.ref],
    ['Text', r.text],
    ['Target', r.target],
    ['Call', r.nth ? `number ${r.nth} of its kind` : ''],
    ['Status', r.kind === 'request' ? r.status || 'no answer: the connection was closed' : ''],
    ['Fault', r.fault],
    ['Took', r.latency_ns ? `${(r.latency_ns / 1e6).toFixed(1)} ms` : ''],
  ];
  const list = h(
    'dl',
    {class: 'lg-facts'},
    facts.filter(([, v]) => v).flatMap(([k, v]) => [h('dt', {text: k}), h('dd', {text: String(v)})]),
  );
  return [list, code('Arguments', r.args), code('Reply', r.reply)].filter(Boolean);
}

function code(title, value) {
  const text = pretty(value);
  return text ? h('figure', {class: 'lg-json'}, h('figcaption', {text: title}), h('pre', {tabindex: 0, text})) : null;
}
