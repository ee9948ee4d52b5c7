// The tabs to the services, each with a number of what waits there.

import {h, append} from './dom.js';
import {icon} from './icons.js';

const tabs = [
  ['slack', 'Slack'],
  ['pagerduty', 'PagerDuty'],
  ['gitlab', 'GitLab'],
  ['faults', 'Faults'],
  ['ledger', 'Ledger'],
];

/** Draws the tabs and keeps their numbers. */
export function mountTabs(root, ctx) {
  const links = Object.fromEntries(tabs.map(([name, text]) => [name, link(name, text)]));
  append(root, Object.values(links));
  const mark = () => {
    for (const [name, a] of Object.entries(links)) {
      if (ctx.route.at.view === name) a.setAttribute('aria-current', 'page');
      else a.removeAttribute('aria-current');
    }
    document.title = title(ctx, counts.slack);
  };
  const counts = {};
  const show = (name, n, calm, tells) => {
    counts[name] = n;
    badge(links[name], n, calm, tells);
    mark();
  };
  mark();
  ctx.route.on(mark);
  keepCounts(ctx, show);
}

function link(name, text) {
  return h('a', {class: 'tab', href: '#/' + name}, icon(name), h('span', {class: 'tab-text', text}), h('span', {class: 'tab-badge'}));
}

function badge(a, n, calm, tells) {
  const text = typeof n === 'number' && n > 99 ? '99+' : String(n || '');
  const spot = a.querySelector('.tab-badge');
  spot.className = text ? 'tab-badge badge' + (calm ? ' calm' : '') : 'tab-badge';
  spot.textContent = text;
  if (text) spot.setAttribute('aria-label', tells);
  else spot.removeAttribute('aria-label');
}

function title(ctx, unread) {
  const name = (tabs.find(([t]) => t === ctx.route.at.view) || tabs[0])[1];
  return (unread ? `(${unread}) ` : '') + name + (ctx.state.me ? ` as ${ctx.state.me.name}` : '') + ' · firebreak sandbox';
}

function keepCounts(ctx, show) {
  const count = {
    slack: async () => {
      if (!ctx.state.me) return;
      const {channels} = await ctx.api.get('/api/slack?as=' + ctx.state.me.id);
      const sum = (key) => channels.reduce((n, c) => n + (c.member && !c.archived ? c[key] || 0 : 0), 0);
      const mentions = sum('mentions');
      show('slack', mentions || sum('unread'), !mentions, mentions ? 'mentions' : 'unread messages');
    },
    pagerduty: async () => {
      const {incidents} = await ctx.api.get('/api/pagerduty');
      const ringing = incidents.filter((p) => p.status === 'triggered').length;
      show(
        'pagerduty',
        ringing || incidents.filter((p) => p.status === 'acknowledged').length,
        !ringing,
        ringing ? 'pages ringing' : 'pages acknowledged',
      );
    },
    gitlab: async () => {
      const {issues} = await ctx.api.get('/api/gitlab');
      show('gitlab', issues.filter((i) => i.state === 'opened').length, true, 'open issues');
    },
  };
  const dead = (bot) => show('faults', bot && bot.alive === false ? '!' : '', false, 'the bot is dead');
  const all = () => Object.values(count).forEach(ctx.live.soon);
  all();
  ctx.live.on('record', (r) => count[r.service] && ctx.live.soon(count[r.service]));
  ctx.live.on('open', all);
  ctx.live.on('bot', dead);
  for (const kind of ['me', 'read']) ctx.state.on(kind, () => ctx.live.soon(count.slack));
  if (ctx.state.world.has.bot)
    ctx.api
      .get('/api/faults')
      .then((f) => dead(f.bot))
      .catch(() => {});
}
