// The ledger view: everything that happened in the sandbox, as it happens.

import {h, clear, keyed} from '../dom.js';
import {button} from '../form/field.js';
import {filters} from './filters.js';
import {recordRow} from './row.js';
import {fitting, kinds} from './sentence.js';
import {recordStore} from './store.js';

const shown = 300;

/** Mounts the view. */
export function mount(root, ctx) {
  const view = {
    ctx,
    store: recordStore(ctx.api),
    filter: {service: '', kind: '', text: '', reads: false},
    held: false,
    name: naming(ctx),
  };
  view.draw = () => draw(view);
  build(view, root);
  const hear = (record) => {
    view.store.take(record);
    if (view.held) count(view);
    else ctx.live.soon(view.draw);
  };
  const ends = [ctx.live.on('record', hear)];
  begin(view);
  return {
    unmount: () => {
      for (const end of ends) end();
    },
  };
}

/** Fetches the newest records, and more of those that reads do not drown. */
async function begin(view) {
  await view.store.load();
  view.draw();
  await view.store.load({
    kind: Object.keys(kinds)
      .filter((kind) => kind !== 'request')
      .join(),
  });
  view.draw();
}

function build(view, root) {
  view.list = h('ol', {class: 'lg-list', 'aria-label': 'Records, newest first'});
  view.sum = h('p', {class: 'muted', role: 'status'});
  const more = async () => {
    await view.store.older();
    view.draw();
  };
  view.older = button('Fetch older records', more, {class: 'btn lg-older'});
  view.filters = filters(
    (part) => refine(view, part),
    () => hold(view),
  );
  const line = h('div', {class: 'lg-line'}, view.sum, view.filters.reads);
  clear(root).append(h('div', {class: 'lg'}, head(), view.filters.node, line, view.list, view.older));
}

function head() {
  const text =
    'The sandbox writes down everything: each call of the bot with its answer, each deed of a person, each event pushed. ' +
    'Nothing here is ever changed.';
  return h('header', {}, h('h1', {text: 'Ledger'}), h('p', {class: 'muted', text}));
}

/** Narrows what is shown; what fits may lie before the records held. */
async function refine(view, part) {
  Object.assign(view.filter, part);
  view.draw();
  if (!('service' in part || 'kind' in part) || (!view.filter.service && !view.filter.kind)) return;
  await view.store.load(view.filter);
  view.draw();
}

function draw(view) {
  const {store, filter, ctx, name} = view;
  const all = fitting(store.all(), filter, name);
  const rows = all.slice(0, shown);
  keyed(
    view.list,
    rows,
    (r) => r.n,
    (r) => recordRow(r, ctx, name, store.full),
  );
  const of = all.length > rows.length ? `the newest ${rows.length} of ${all.length}` : `${rows.length}`;
  view.sum.textContent = rows.length === 0 ? 'No record fits.' : `${of} records shown`;
  view.older.hidden = !(store.floor > 1 && store.floor < Infinity);
  view.older.textContent = `Fetch everything before record ${store.floor}`;
  view.newest = store.last;
}

function hold(view) {
  view.held = !view.held;
  view.filters.held(view.held, 0);
  if (!view.held) view.draw();
}

function count(view) {
  view.filters.held(true, view.store.last - (view.newest ?? view.store.last));
}

function naming(ctx) {
  return (id) => {
    const p = ctx.state.world.people.find((x) => x.id === id);
    if (p) return p.real_name || p.name;
    const bot = ctx.state.world.bot ?? {};
    return id === bot.bot_id || id === bot.user_id ? bot.name : String(id).split('@')[0];
  };
}
