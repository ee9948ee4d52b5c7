// The faults view: break things, and see that nothing is lost or doubled.

import {h, clear} from '../dom.js';
import {hero} from './hero.js';
import {lab} from './lab.js';
import {faultSwitches} from './switches.js';
import {accountTable} from './table.js';
import {heard, note, remember, watched} from './memory.js';
import {caughtUp} from './chronicle.js';
import {talkNow} from './runner.js';

/** Mounts the view. */
export function mount(root, ctx) {
  const memory = remember(ctx);
  const view = {ctx, api: watched(ctx.api, memory), memory, state: null, account: null};
  view.load = () => reload(view);
  view.set = (verb, body = {}) => set(view, verb, body);
  build(view, root);
  const soon = () => ctx.live.soon(view.load);
  const hear = (record) => {
    if (record.kind !== 'request') soon();
  }; // the bot asks several times a second
  const ends = [ctx.live.on('record', hear), ctx.live.on('bot', soon), ctx.live.on('open', soon)];
  const timer = setInterval(() => tick(view), 1000);
  view.load();
  return {
    unmount: () => {
      clearInterval(timer);
      for (const end of ends) end();
    },
  };
}

function build(view, root) {
  const {ctx} = view;
  view.hero = hero(ctx, {
    kill: () => view.set('kill'),
    start: () => view.set('start'),
    talk: () => talkNow(view.api, 5).then((place) => ctx.toast.say(`Said in #${place.name}.`, 'good')),
    page: () =>
      ctx.api
        .post('/api/pagerduty/trigger', {title: 'Paged while you broke things', urgency: 'high', priority: 'P3', service: ''})
        .then(() => ctx.toast.say('Paged.', 'good')),
  });
  view.switches = faultSwitches(view.set);
  view.table = accountTable();
  clear(root).append(
    h(
      'div',
      {class: 'fx'},
      h(
        'header',
        {},
        h('h1', {text: 'Try to make it lose something'}),
        h('p', {
          class: 'muted',
          text: 'firebreak promises: what is said in an incident is recorded exactly once, and what it is asked to do is done exactly once, even if it dies halfway. Break whatever you like and check.',
        }),
      ),
      view.hero.node,
      lab({...ctx, api: view.api}, view.load),
      view.table.node,
      view.switches.node,
    ),
  );
}

async function reload(view) {
  const {api} = view;
  const asked = Date.now();
  const has = view.ctx.state.world.has ?? {};
  const [state, account] = await Promise.all([
    api.get('/api/faults'),
    has.account === false
      ? null
      : api.get('/api/account').catch((err) => (err.status === 0 ? Promise.reject(err) : view.account)),
  ]);
  view.state = state;
  if (state.bot) heard(view.memory, state.bot.alive, asked);
  if (account && account !== view.account) note(view.memory, account);
  view.account = account;
  draw(view);
}

function draw(view) {
  view.hero.show(view);
  view.switches.show(view.state);
  view.table.show(view.account);
}

/** Keeps the clock of a dead bot, and looks again while something is outstanding. */
function tick(view) {
  view.hero.show(view);
  view.ticks = (view.ticks ?? 0) + 1;
  const outstanding = view.memory.alive === false || (view.account && !caughtUp(view.account));
  if (outstanding || view.ticks % 5 === 0) view.ctx.live.soon(view.load);
}

async function set(view, verb, body) {
  await view.api.post('/api/faults/' + verb, body);
  await view.load();
}
