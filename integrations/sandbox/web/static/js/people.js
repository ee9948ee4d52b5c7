// The switch between people: one window can be anybody.

import {h, clear, append} from './dom.js';
import {icon} from './icons.js';
import {avatar} from './avatar.js';
import {popup, close} from './menu.js';
import {clock} from './time.js';

/** Draws the button that says who one is and opens the list. */
export function mountPeople(ctx) {
  const button = h('button', {
    class: 'who',
    type: 'button',
    'aria-haspopup': 'listbox',
    'aria-expanded': 'false',
    on: {click: () => openList(button, ctx)},
  });
  const draw = () => {
    const me = ctx.state.me;
    if (!me) return;
    append(
      clear(button),
      avatar(me.id, me.real_name || me.name, 's'),
      h('span', {class: 'who-name', text: me.name}),
      icon('down', 'who-down'),
    );
    button.title = `You are ${me.real_name || me.name}. Be somebody else`; // beside the name, which stands in the button
  };
  ctx.state.on('me', draw);
  ctx.state.on('world', draw);
  draw();
  return button;
}

function openList(button, ctx) {
  const rows = ctx.state.people.map((p, i) => row(p, i, ctx));
  const find = h('input', {
    class: 'input who-find',
    type: 'text',
    placeholder: 'Be somebody…',
    'aria-label': 'Find a person',
    autocomplete: 'off',
    on: {input: () => filter(rows, find.value)},
  });
  const list = h('div', {class: 'who-list', role: 'listbox', 'aria-label': 'People'}, rows);
  const box = h(
    'div',
    {class: 'menu who-menu'},
    rows.length > 9 ? find : null,
    list,
    h('p', {class: 'who-hint muted', text: 'Open more windows to be several people at once.'}),
  );
  box.addEventListener('keydown', (e) => steer(e, rows));
  popup(button, box);
  (rows.find((r) => r.getAttribute('aria-selected') === 'true') || rows[0])?.focus();
}

function row(p, i, ctx) {
  const mine = ctx.state.me && p.id === ctx.state.me.id;
  const kind = p.stranger ? 'other workspace' : p.guest ? 'guest' : '';
  return h(
    'button',
    {
      class: 'who-row',
      type: 'button',
      role: 'option',
      'aria-selected': String(Boolean(mine)),
      tabindex: -1,
      data: {find: `${p.name} ${p.real_name}`.toLowerCase()},
      on: {
        click: () => {
          close();
          ctx.state.setMe(p.id);
        },
      },
    },
    avatar(p.id, p.real_name || p.name, 'm'),
    h(
      'span',
      {class: 'who-text'},
      h('span', {class: 'who-real'}, p.real_name || p.name, kind ? h('span', {class: 'tag warn', text: kind}) : null),
      h('span', {class: 'muted who-handle', text: `@${p.name} · ${clock(new Date(), p.tz)}`}),
    ),
    mine ? icon('check') : i < 9 ? h('kbd', {text: String(i + 1)}) : null,
  );
}

function filter(rows, typed) {
  for (const r of rows) r.hidden = !r.dataset.find.includes(typed.trim().toLowerCase());
}

function steer(e, all) {
  const rows = all.filter((r) => !r.hidden);
  const i = rows.indexOf(document.activeElement);
  const to = {ArrowDown: i + 1, ArrowUp: i - 1}[e.key];
  if (to !== undefined) rows.at(to % rows.length)?.focus();
  else if (e.key === 'Enter' && i < 0) rows[0]?.click();
  else if (/^[1-9]$/.test(e.key) && e.target.tagName !== 'INPUT') all[e.key - 1]?.click();
  else return;
  e.preventDefault();
}
