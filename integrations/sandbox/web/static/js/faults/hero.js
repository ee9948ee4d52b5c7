// The bot: alive or dead, the big button, and what happened since it was killed.

import {h, keyed, clear} from '../dom.js';
import {button, hide} from '../form/field.js';
import {chronicle} from './chronicle.js';
import {formula, sumTone, things, totals, verdict} from './account.js';
import {deadFor} from './memory.js';

/** Makes the part: {node, show({bot, sockets, account, memory})}. */
export function hero(ctx, act) {
  const parts = {
    state: h('p', {class: 'fx-state', role: 'status'}),
    about: h('p', {class: 'muted'}),
    kill: button('Kill the bot', act.kill, {kind: 'danger', class: 'btn danger fx-kill'}),
    start: button('Start it again', act.start, {class: 'btn primary fx-kill'}),
    talk: button('Say 5 things as people', act.talk),
    page: button('Page somebody', act.page),
    sum: h('div', {class: 'fx-sum', role: 'group'}),
    saying: h('p', {class: 'fx-saying', role: 'status'}),
    story: h('ol', {class: 'fx-story', 'aria-label': 'What happened since the bot was killed'}),
  };
  const told = h('div', {class: 'fx-told'}, h('h3', {text: 'Since it was killed'}), parts.story);
  const node = h(
    'section',
    {class: 'card fx-hero', 'aria-label': 'The bot and its account'},
    h(
      'div',
      {class: 'fx-bot'},
      parts.state,
      parts.about,
      h('div', {class: 'fx-go'}, parts.kill, parts.start, parts.talk, parts.page),
    ),
    h('div', {class: 'fx-proof'}, parts.sum, parts.saying),
    told,
  );
  return {
    node,
    show: (now) => {
      proof(parts, now);
      bot(parts, node, now);
      story(parts, told, now, ctx);
    },
  };
}

function bot(parts, node, {state, memory}) {
  const alive = state?.bot ? state.bot.alive : memory.alive;
  node.dataset.alive = alive === false ? 'no' : 'yes';
  write(parts.state, alive === false ? 'The bot is dead' : 'The bot is alive');
  write(parts.about, alive === false ? `${deadFor(memory, Date.now())}. People and pages go on.` : standing(state));
  const [here, gone] = alive === false ? [parts.start, parts.kill] : [parts.kill, parts.start];
  hide(here, false);
  hide(gone, true, here);
}

/** Says how a living bot stands. */
function standing(state) {
  const {sockets = 0, calls = 0} = state ?? {};
  const line = ['Not connected to Slack', 'Connected to Slack'][sockets] ?? `${sockets} connections to Slack`;
  return `${line} · restarted ${things(state?.bot?.restarts ?? 0, 'time')} · ${things(calls, 'call')} seen`;
}

function proof(parts, {account, memory, state}) {
  const alive = (state?.bot ? state.bot.alive : memory.alive) !== false;
  const judged = verdict(account, alive);
  parts.sum.dataset.tone = sumTone(account);
  const said = account ? formula(account) : 'no account';
  if (parts.sum.getAttribute('aria-label') !== said) clear(parts.sum).append(...(account ? big(account) : []));
  parts.sum.setAttribute('aria-label', said);
  write(parts.saying, judged.sentence);
}

function big(account) {
  const t = totals(account);
  const pair = (n, word) => h('span', {class: 'fx-figure'}, h('strong', {text: String(n)}), h('span', {text: word}));
  return [
    pair(t.said, 'sent'),
    h('span', {class: 'fx-sign', text: t.said === t.recorded ? '=' : '≠'}),
    pair(t.recorded, 'recorded'),
    h('span', {class: 'fx-sign', text: '·'}),
    pair(t.doubled + t.twice, 'doubled'),
  ];
}

function story(parts, told, {memory}, ctx) {
  const people = ctx.state.world.people;
  const name = (id) => {
    const p = people.find((x) => x.id === id);
    return p ? (p.real_name || p.name).split(' ')[0] : 'an app';
  };
  const lines = chronicle({...memory, name});
  told.hidden = lines.length === 0;
  keyed(
    parts.story,
    lines,
    (line, i) => `${i}:${line.at}:${line.text}`,
    (line) =>
      h(
        'li',
        {data: {tone: line.tone}},
        h('time', {text: ctx.time.clockSeconds(new Date(line.at), ctx.state.me?.tz)}),
        h('span', {text: line.text}),
      ),
  );
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
