// The frame around the views: mark, tabs, who one is, help, colours.

import {h, clear, append} from './dom.js';
import {icon, mark} from './icons.js';
import {mountTabs} from './tabs.js';
import {mountPeople} from './people.js';
import {openHelp} from './help.js';
import {go} from './route.js';

/** Draws the frame and binds the keys that work everywhere. */
export function mountShell(ctx) {
  append(
    document.getElementById('mark'),
    h(
      'a',
      {class: 'mark-link', href: '#/slack', 'aria-label': 'firebreak sandbox'},
      mark(),
      h('span', {class: 'mark-name', text: 'firebreak'}),
    ),
  );
  append(
    clear(document.getElementById('tools')),
    h('span', {class: 'lost', id: 'lost', role: 'status', hidden: true, text: 'reconnecting…'}),
    mountPeople(ctx),
    h(
      'button',
      {
        class: 'top-tool',
        type: 'button',
        'aria-label': 'Colours: light, dark or as the system',
        title: 'Light or dark',
        on: {click: recolour},
      },
      icon('theme'),
    ),
    h(
      'button',
      {class: 'top-tool', type: 'button', 'aria-label': 'Help and keys', title: 'Help (?)', on: {click: () => openHelp(ctx)}},
      icon('help'),
    ),
  );
  mountTabs(document.getElementById('tabs'), ctx);
  document.getElementById('skip').addEventListener('click', (e) => {
    e.preventDefault();
    document.getElementById('screen').focus();
  });
  ctx.live.on('lost', () => {
    document.getElementById('lost').hidden = false;
  });
  ctx.live.on('open', () => {
    document.getElementById('lost').hidden = true;
  });
  bindKeys(ctx);
}

function bindKeys(ctx) {
  const {bind} = ctx.keys;
  bind('?', 'Show this help', () => openHelp(ctx));
  for (const [key, name, hash] of [
    ['s', 'Slack', 'slack'],
    ['p', 'PagerDuty', 'pagerduty'],
    ['l', 'GitLab', 'gitlab'],
    ['f', 'faults', 'faults'],
    ['r', 'the ledger', 'ledger'],
  ]) {
    bind('g ' + key, `Go to ${name}`, () => go('#/' + hash));
  }
  for (let n = 1; n <= 9; n++) {
    bind(
      String(n),
      n === 1 ? 'Be the first person of the list; 2 to 9 the others' : '',
      () => ctx.state.people[n - 1] && ctx.state.setMe(ctx.state.people[n - 1].id),
    );
  }
  if (ctx.state.world.has.story) storyKeys(ctx);
}

function storyKeys(ctx) {
  let playing = false;
  const heed = (story) => {
    playing = Boolean(story && story.playing);
  };
  ctx.live.on('story', heed);
  ctx.api
    .get('/api/story')
    .then(heed)
    .catch(() => {});
  ctx.keys.bind(' ', 'Play or pause the story', () => ctx.api.post(playing ? '/api/story/pause' : '/api/story/play'), 'Story');
  ctx.keys.bind('.', 'Take the next step of the story', () => ctx.api.post('/api/story/step'), 'Story');
}

function recolour() {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const now = root.dataset.theme || (dark ? 'dark' : 'light');
  const next = now === 'dark' ? 'light' : 'dark';
  if (next === (dark ? 'dark' : 'light')) delete root.dataset.theme;
  else root.dataset.theme = next;
  try {
    if (root.dataset.theme) localStorage.setItem('firebreak.theme', next);
    else localStorage.removeItem('firebreak.theme');
  } catch {
    /* storage is off: only for now */
  }
}
