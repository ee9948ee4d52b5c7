// The ledger view: everything that happened in the sandbox, as it happens.

import {h, clear, keyed} from '../dom.js';
import {button, choice, line} from '../form/field.js';
import {recordRow} from './row.js';
import {fitting, kinds, services} from './sentence.js';
import {recordStore} from './store.js';

const shown = 300;

/** Mounts the view. */
export function mount(root, ctx) {
  const view = {ctx, store: recordStore(ctx.api), filter: {service: '', kind: '', text: '', reads: false}, held: false, name: naming(ctx)};
  view.draw = () => draw(view);
  build(view, root);
  const hear = (record) => { view.store.take(record); if (view.held) count(view); else ctx.live.soon(view.draw); };
  const ends = [ctx.live.on('record', hear)];
  begin(view);
  return {unmount: () => { for (const end of ends) end(); }};
}

/** Fetches the newest records, and more of those that reads do not drown. */
async function begin(view) {
  await view.store.load();
  view.draw();
  await view.store.load({kind: Object.keys(kinds).filter((kind) => kind !== 'request').join()});
  view.draw();
}

function build(view, root) {
  const set = (part) => {
    Object.assign(view.filter, part);
    view.draw();
    if (view.filter.service || view.filter.kind) view.store.load(view.filter).then(view.draw);
  };
  const service = choice('service', [{value: '', text: 'all services'}, ...options(services)], '', {'aria-label': 'Service', on: {change: () => set({service: service.value})}});
  const kind = choice('kind', [{value: '', text: 'everything'}, ...options(kinds)], '', {'aria-label': 'Kind', on: {change: () => set({kind: kind.value})}});
  const text = line('text', {type: 'search', placeholder: 'Filter by words', 'aria-label': 'Filter by words', on: {input: () => set({text: text.value})}});
  const reads = h('input', {type: 'checkbox', on: {change: () => set({reads: reads.checked})}});
  view.hold = h('button', {class: 'btn', type: 'button', 'aria-pressed': 'false', text: 'Hold still', on: {click: () => hold(view)}});
  view.list = h('ol', {class: 'lg-list', 'aria-label': 'Records, newest first'});
  view.sum = h('p', {class: 'muted', role: 'status'});
  view.older = button('Fetch older records', async () => { await view.store.older(); view.draw(); }, {class: 'btn lg-older'});
  clear(root).append(h('div', {class: 'lg'},
    h('header', {}, h('h1', {text: 'Ledger'}), h('p', {class: 'muted', text: 'The sandbox writes down everything: each call of the bot with its answer, each deed of a person, each event pushed. Nothing here is ever changed.'})),
    h('div', {class: 'lg-filter', role: 'search'}, text, service, kind, view.hold), h('div', {class: 'lg-line'}, view.sum, h('label', {class: 'lg-reads'}, reads, 'show calls that only read')), view.list, view.older));
}

function options(names) {
  return Object.entries(names).map(([value, text]) => ({value, text}));
}

function draw(view) {
  const {store, filter, ctx, name} = view;
  const all = fitting(store.all(), filter, name);
  const rows = all.slice(0, shown);
  keyed(view.list, rows, (r) => r.n, (r) => recordRow(r, ctx, name, store.full));
  const of = all.length > rows.length ? `the newest ${rows.length} of ${all.length}` : `${rows.length}`;
  view.sum.textContent = rows.length === 0 ? 'No record fits.' : `${of} records shown`;
  view.older.hidden = !(store.floor > 1 && store.floor < Infinity);
  view.older.textContent = `Fetch everything before record ${store.floor}`;
  view.newest = store.last;
}

function hold(view) {
  view.held = !view.held;
  view.hold.setAttribute('aria-pressed', String(view.held));
  view.hold.textContent = view.held ? 'Go on' : 'Hold still';
  if (!view.held) view.draw();
}

function count(view) {
  const n = view.store.last - (view.newest ?? view.store.last);
  view.hold.textContent = n > 0 ? `Go on (${n} new)` : 'Go on';
}

function naming(ctx) {
  return (id) => {
    const p = ctx.state.world.people.find((x) => x.id === id);
    if (p) return p.real_name || p.name;
    const bot = ctx.state.world.bot ?? {};
    return id === bot.bot_id || id === bot.user_id ? bot.name : String(id).split('@')[0];
  };
}
