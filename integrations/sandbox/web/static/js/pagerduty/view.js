// The PagerDuty view: what rings, who is on call, and one page in full.

import {h, clear} from '../dom.js';
import {icon} from '../icons.js';
import {actor} from '../form/actor.js';
import {nameOf} from './rules.js';
import {pageList} from './list.js';
import {trigger, storm} from './trigger.js';
import {services} from './services.js';
import {detail} from './detail.js';

/** Mounts the view. */
export function mount(root, ctx) {
  const view = {root, ctx, data: null, open: null};
  view.actor = actor(ctx, 'PagerDuty');
  view.send = (verb, body) => send(view, verb, body);
  build(view);
  const load = () => reload(view);
  const hear = (record) => {
    if (record.service === 'pagerduty' && record.kind !== 'request') ctx.live.soon(load);
  };
  const ends = [
    ctx.live.on('record', hear),
    ctx.live.on('open', () => ctx.live.soon(load)),
    ctx.route.on(() => show(view)),
    view.actor.end,
  ];
  const clock = setInterval(() => view.list.tick(), 5000);
  load();
  return {
    unmount: () => {
      clearInterval(clock);
      for (const end of ends) end();
    },
  };
}

function build(view) {
  view.list = pageList(view.ctx, view.send, view.actor);
  view.trigger = trigger(view.ctx, view.send);
  view.storm = storm(view.ctx, view.send);
  view.services = services();
  view.side = h('div', {class: 'pd-side'});
  view.home = h('div', {class: 'pd-home'}, view.trigger.node, view.services.node, view.storm.node);
  clear(view.root).append(
    h(
      'div',
      {class: 'pd'},
      h(
        'header',
        {class: 'pd-head'},
        h(
          'div',
          {},
          h('h1', {text: 'PagerDuty'}),
          h('p', {
            class: 'muted',
            text: 'A page wakes whoever is on call. firebreak gives each page one channel with these people in it.',
          }),
        ),
        view.actor.node,
      ),
      view.list.node,
      view.side,
    ),
  );
  show(view);
}

async function reload(view) {
  view.data = await view.ctx.api.get('/api/pagerduty');
  view.actor.show(view.data.people.filter((p) => !/bot/i.test(p.name)).map((p) => ({handle: nameOf(p.email), name: p.name})));
  view.services.show(view.data.services);
  view.trigger.show(view.data.services);
  show(view);
}

/** Shows the page that the address names beside the list, or the forms. */
function show(view) {
  const at = view.ctx.route.at;
  if (at.view !== 'pagerduty') return;
  view.root.firstChild.dataset.open = at.id ? 'yes' : 'no';
  if (view.data) view.list.show(view.data.incidents, at.id);
  const page = view.data?.incidents.find((p) => p.id === at.id);
  if (!at.id) {
    if (view.side.firstChild !== view.home) clear(view.side).append(view.home);
    view.open = null;
    return;
  }
  if (!page) {
    if (view.data) clear(view.side).append(missing(at.id));
    view.open = null;
    return;
  }
  if (view.open?.id !== page.id) {
    view.open = detail(view.ctx, page, view.send);
    clear(view.side).append(view.open.node);
  }
  view.open.show(page, view.data.people);
}

function missing(id) {
  return h(
    'div',
    {class: 'card'},
    h('a', {class: 'pd-back', href: '#/pagerduty'}, icon('back'), 'All pages'),
    h('p', {class: 'empty', text: `PagerDuty knows no page ${id}.`}),
  );
}

/** Sends a deed and loads what became of it. */
async function send(view, verb, body) {
  const answer = await view.ctx.api.post('/api/pagerduty/' + verb, {as: view.actor.handle(), ...body});
  await reload(view);
  return answer;
}
