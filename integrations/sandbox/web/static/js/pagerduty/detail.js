// One page in full: its state, what can be done, notes and log.

import {h, clear, keyed} from '../dom.js';
import {icon} from '../icons.js';
import {button, choice, field, fillChoice, form, lines} from '../form/field.js';
import {deeds, logLine, nameOf, saying} from './rules.js';
import {tone} from './list.js';

const labels = {acknowledge: 'Acknowledge', resolve: 'Resolve', escalate: 'Escalate', reopen: 'Reopen'};

/** Makes the detail of a page: {node, id, show(page, people)}. */
export function detail(ctx, first, send) {
  const id = first.id;
  const parts = {
    title: h('h2', {class: 'pd-dtitle', tabindex: -1}),
    state: h('span'),
    facts: h('dl', {class: 'pd-facts'}),
    deeds: h('div', {class: 'pd-deeds', role: 'group', 'aria-label': 'What to do'}),
    notes: h('ul', {class: 'pd-notes'}),
    log: h('ol', {class: 'pd-log'}),
  };
  const settings = choices(id, send);
  const node = h(
    'article',
    {class: 'card pd-detail', 'aria-label': `Page ${first.number}`},
    h('a', {class: 'pd-back', href: '#/pagerduty'}, icon('back'), 'All pages'),
    parts.state,
    parts.title,
    parts.facts,
    parts.deeds,
    settings.node,
    h('h3', {text: 'Notes'}),
    parts.notes,
    noteForm(id, send),
    h('h3', {text: 'What happened'}),
    parts.log,
  );
  return {node, id, show: (page, people) => draw(parts, settings, page, people, send, ctx)};
}

function draw(parts, settings, page, people, send, ctx) {
  parts.title.textContent = page.title;
  parts.state.className = 'tag ' + tone(page);
  parts.state.textContent = saying(page);
  clear(parts.facts).append(...facts(page, ctx).flatMap(([name, value]) => [h('dt', {text: name}), h('dd', {}, value)]));
  const had = parts.deeds.contains(document.activeElement);
  const may = deeds(page).filter((d) => labels[d]);
  keyed(
    parts.deeds,
    may,
    (d) => d,
    (d) => button(labels[d], () => send(d, {id: page.id}), {kind: d === 'acknowledge' || d === 'resolve' ? 'primary' : ''}),
  );
  if (had && !parts.deeds.contains(document.activeElement)) parts.title.focus({preventScroll: true});
  settings.show(page, people);
  keyed(
    parts.notes,
    page.notes ?? [],
    (n, i) => i + n.at,
    (n) =>
      h(
        'li',
        {},
        h('p', {class: 'muted', text: `${nameOf(n.who)} · ${ctx.time.clock(n.at, ctx.state.me?.tz)}`}),
        h('p', {class: 'pd-note', text: n.text}),
      ),
  );
  keyed(
    parts.log,
    (page.log ?? []).map(logLine),
    (l, i) => i + l.text + l.at,
    (l) =>
      h('li', {}, l.at ? h('span', {class: 'muted', text: ctx.time.clockSeconds(l.at, ctx.state.me?.tz) + ' '}) : null, l.text),
  );
}

function facts(page, ctx) {
  const at = (when) => `${ctx.time.clockSeconds(when, ctx.state.me?.tz)}, ${ctx.time.ago(when)}`;
  const rows = [
    ['Number', `#${page.number}`],
    ['Service', page.service],
    ['Assigned to', (page.assignees ?? []).map(nameOf).join(', ') || 'nobody'],
    ['Alerts', String(page.alerts ?? 0)],
    ['Came in', at(page.created_at)],
  ];
  if (page.resolved_at) rows.push(['Resolved', at(page.resolved_at)]);
  return rows;
}

/** Urgency, priority and whose page it is: each takes effect when chosen. */
function choices(id, send) {
  const urgency = choice('urgency', ['high', 'low'], 'high', {on: {change: () => send('urgency', {id, urgency: urgency.value})}});
  const priority = choice('priority', [{value: '', text: 'none'}, 'P1', 'P2', 'P3', 'P4', 'P5'], '', {
    on: {change: () => send('priority', {id, priority: priority.value})},
  });
  const to = choice('to', [], '', {on: {change: () => to.value && send('reassign', {id, to: to.value})}});
  const node = h('div', {class: 'pd-set'}, field('Urgency', urgency), field('Priority', priority), field('Reassign to', to));
  return {
    node,
    show: (page, people) => {
      node.hidden = page.status === 'resolved';
      quietly(urgency, page.urgency);
      quietly(priority, page.priority ?? '');
      fillChoice(to, [{value: '', text: 'choose…'}, ...people.map((p) => ({value: nameOf(p.email), text: p.name}))], '');
    },
  };
}

/** Sets a choice unless somebody is choosing. */
function quietly(box, value) {
  if (document.activeElement !== box && box.value !== value) box.value = value;
}

function noteForm(id, send) {
  const text = lines('text', {required: true, 'aria-label': 'Write a note', placeholder: 'Write a note', rows: 2});
  return form(
    async (values) => {
      await send('note', {id, text: values.text});
      text.value = '';
    },
    {class: 'pd-noteform'},
    text,
    h('button', {class: 'btn small', type: 'submit', text: 'Add note'}),
  );
}
