// Draws the emoji under a message and the choice of one.

import {h, clear, append} from '../dom.js';
import {icon} from '../icons.js';
import {popup, close} from '../menu.js';
import {called} from './who.js';

const usual = [
  'pushpin',
  'eyes',
  'white_check_mark',
  '+1',
  'tada',
  'fire',
  'raised_hands',
  'rotating_light',
  'thinking_face',
  'heavy_plus_sign',
  'pray',
  'x',
];

/** Draws the reactions of a message. */
export function chips(m, desk) {
  return h(
    'div',
    {class: 'chips-row'},
    m.reactions.map((r) => chip(m, r, desk)),
    h(
      'button',
      {
        class: 'reaction reaction-add',
        type: 'button',
        'aria-label': 'Add a reaction',
        on: {click: (e) => pickReaction(e.currentTarget, m, desk)},
      },
      icon('smile'),
    ),
  );
}

function chip(m, r, desk) {
  const mine = r.users.includes(desk.me.id);
  const names = r.users.map((id) => (id === desk.me.id ? 'You' : called(desk.who.user(id))));
  const tells = `${names.join(', ')} reacted with :${r.name}:`;
  const [name, skin] = r.name.split('::skin-tone-');
  const face = desk.who.emoji(name, Number(skin) || 0);
  return h(
    'button',
    {
      class: ['reaction', mine && 'reaction-mine'],
      type: 'button',
      title: tells,
      'aria-label': `${face || `:${r.name}:`} ${r.users.length}, ${tells}`,
      'aria-pressed': String(mine),
      data: {focus: 'reaction-' + r.name},
      on: {click: () => desk.act(mine ? 'unreact' : 'react', {channel: desk.place, ts: m.ts, name: r.name})},
    },
    h('span', {class: face ? 'emoji' : 'reaction-name', text: face || `:${r.name}:`}),
    h('span', {class: 'reaction-n', text: r.users.length}),
  );
}

/** Lets the person choose an emoji for a message. */
export function pickReaction(anchor, m, desk) {
  pickEmoji(anchor, desk, (name) => {
    const mine = (m.reactions || []).some((r) => r.name === name && r.users.includes(desk.me.id));
    desk.act(mine ? 'unreact' : 'react', {channel: desk.place, ts: m.ts, name});
  });
}

/** Opens the emoji to search and choose from. */
export function pickEmoji(anchor, desk, take) {
  const all = Object.entries(desk.who.emojis);
  const grid = h('div', {class: 'emoji-grid', role: 'listbox', 'aria-label': 'Emoji'});
  const name = h('div', {class: 'emoji-name muted', 'aria-live': 'polite'});
  const find = h('input', {
    class: 'input',
    type: 'text',
    placeholder: 'Search emoji',
    'aria-label': 'Search emoji',
    autocomplete: 'off',
    on: {input: fill},
  });
  function fill() {
    const typed = find.value.trim().replace(/:/g, '').toLowerCase();
    const list = typed
      ? all.filter(([n]) => n.includes(typed)).sort(([a], [b]) => b.startsWith(typed) - a.startsWith(typed))
      : [...usual.filter((n) => desk.who.emojis[n]).map((n) => [n, desk.who.emojis[n]]), ...all.filter(([n]) => !usual.includes(n))];
    append(
      clear(grid),
      list.slice(0, 400).map(([n, c]) =>
        h('button', {
          class: 'emoji-cell',
          type: 'button',
          role: 'option',
          tabindex: -1,
          'aria-label': n,
          title: `:${n}:`,
          text: c,
          data: {name: n},
          on: {
            click: () => {
              close();
              take(n);
            },
            focus: () => {
              name.textContent = `:${n}:`;
            },
            pointerenter: () => {
              name.textContent = `:${n}:`;
            },
          },
        }),
      ),
      list.length ? null : h('p', {class: 'muted', text: 'No emoji of that name.'}),
    );
    name.textContent = list.length && typed ? `:${list[0][0]}:` : '';
  }
  fill();
  const box = h('div', {class: 'menu emoji-menu', on: {keydown: (e) => steer(e, grid, find)}}, find, grid, name);
  popup(anchor, box);
  find.focus();
}

function steer(e, grid, find) {
  const cells = [...grid.querySelectorAll('button')];
  const i = cells.indexOf(document.activeElement);
  if (e.key === 'Enter' && i < 0) {
    e.preventDefault();
    cells[0]?.click();
    return;
  }
  const wide = Math.max(1, Math.floor(grid.clientWidth / 40));
  const to = {ArrowRight: i + 1, ArrowLeft: i - 1, ArrowDown: i < 0 ? 0 : i + wide, ArrowUp: i - wide}[e.key];
  if (to === undefined || (i < 0 && e.key !== 'ArrowDown')) return;
  e.preventDefault();
  if (to < 0) find.focus();
  else cells[Math.min(to, cells.length - 1)]?.focus();
}
