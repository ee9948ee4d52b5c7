// The list of pages: those that ring first, then the past ones.

import {h, keyed} from '../dom.js';
import {button, hide} from '../form/field.js';
import {deeds, nameOf, parted, saying} from './rules.js';

const most = 60;

/** Makes the list: {node, show(pages, chosen), tick()}. */
export function pageList(ctx, send, actor) {
  const open = h('ul', {class: 'pd-list', 'aria-label': 'Open pages'});
  const past = h('ul', {class: 'pd-list', 'aria-label': 'Past pages'});
  const title = h('h2', {text: 'Open pages'});
  const calm = h('p', {class: 'empty pd-calm', text: 'Nothing rings. Page somebody and watch a channel open in Slack.'});
  const history = h('details', {class: 'pd-past'}, h('summary', {text: 'Past pages'}), past);
  const rest = h('p', {class: 'muted', role: 'status'});
  const row = (page) => makeRow(page, send, ctx);
  const list = {pages: [], chosen: ''};
  const draw = () => {
    const {open: now, past: before} = parted(list.pages);
    title.textContent = now.length === 0 ? 'Open pages' : `Open pages · ${now.length}`;
    calm.hidden = now.length > 0;
    rest.textContent = now.length > most ? `and ${now.length - most} more` : '';
    history.hidden = before.length === 0;
    history.firstChild.textContent = `Past pages · ${before.length}`;
    const patch = (node, page) => node.show(page, list.chosen);
    keyed(open, now.slice(0, most), (p) => p.id, row, patch);
    keyed(past, before.slice(0, most), (p) => p.id, row, patch);
    for (const node of [...open.children, ...past.children])
      node.show?.(
        list.pages.find((p) => p.id === node.dataset.id),
        list.chosen,
      );
  };
  return {
    node: h('section', {class: 'pd-pages'}, title, calm, open, rest, history),
    show(pages, chosen) {
      Object.assign(list, {pages, chosen});
      draw();
    },
    tick: draw,
    actor,
  };
}

function makeRow(page, send, ctx) {
  const link = h('a', {class: 'pd-title', href: '#/pagerduty/' + encodeURIComponent(page.id), text: page.title});
  const state = h('span', {class: 'tag'});
  const about = h('p', {class: 'pd-about muted'});
  const ack = button('Acknowledge', () => send('acknowledge', {id: page.id}), {
    kind: 'small',
    'aria-label': `Acknowledge: ${page.title}`,
  });
  const resolve = button('Resolve', () => send('resolve', {id: page.id}), {
    kind: 'small',
    'aria-label': `Resolve: ${page.title}`,
  });
  const node = h(
    'li',
    {class: 'pd-page', data: {id: page.id}},
    h('div', {class: 'pd-main'}, h('div', {class: 'pd-line'}, state, link), about),
    h('div', {class: 'pd-quick'}, ack, resolve),
  );
  node.show = (now, chosen) => {
    if (!now) return;
    node.dataset.status = now.status;
    node.classList.toggle('pd-chosen', now.id === chosen);
    const may = deeds(now);
    hide(ack, !may.includes('acknowledge'), resolve);
    hide(resolve, !may.includes('resolve'), link);
    state.className = 'tag ' + tone(now);
    state.textContent = word(now);
    about.textContent = aboutLine(now, ctx.time);
  };
  return node;
}

/** Gives the colour of a page's state. */
export function tone(page) {
  return {triggered: 'bad', acknowledged: 'warn', resolved: 'good'}[page.status] ?? '';
}

function word(page) {
  return {triggered: 'Ringing', acknowledged: 'Answered', resolved: 'Resolved'}[page.status] ?? page.status;
}

function aboutLine(page, time) {
  const to = page.assignees ?? [];
  const parts = [`#${page.number}`, page.service, page.priority, page.urgency === 'low' ? 'low urgency' : ''];
  if (page.status === 'triggered') parts.push(to.length > 0 ? `rings ${to.map(nameOf).join(', ')}` : 'rings nobody');
  else parts.push(saying(page));
  parts.push(time.ago(page.resolved_at || page.created_at));
  return parts.filter(Boolean).join(' · ');
}
