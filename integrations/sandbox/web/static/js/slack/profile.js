// A card about a person, where their name is clicked.

import {h} from '../dom.js';
import {avatar} from '../avatar.js';
import {popup, close} from '../menu.js';
import {clock} from '../time.js';
import {called} from './who.js';

/** Opens the card of whoever a clicked name in root stands for. */
export function profiles(root, desk, mention) {
  root.addEventListener('click', (e) => {
    const at = e.target.closest('[data-person]');
    const p = at && desk.who.user(at.dataset.person);
    if (p) open(at, p, desk, mention);
  });
}

function open(at, p, desk, mention) {
  const anchor = at.closest('.menu') ? document.querySelector('.chan-head') : at;
  const tag = p.bot ? 'app' : p.stranger ? 'other workspace' : p.guest ? 'guest' : p.deleted ? 'deactivated' : '';
  const may = !p.bot && !p.deleted && p.id !== desk.me.id;
  const box = h(
    'div',
    {class: 'menu profile', role: 'dialog', 'aria-label': called(p)},
    h(
      'div',
      {class: 'profile-head'},
      avatar(p.id, called(p), 'l'),
      h(
        'div',
        null,
        h('div', {class: 'profile-name'}, called(p), tag ? h('span', {class: 'tag', text: tag}) : null),
        h('div', {class: 'muted', text: '@' + p.name}),
      ),
    ),
    h(
      'dl',
      {class: 'facts'},
      h('dt', {text: 'Local time'}),
      h('dd', {text: `${clock(new Date(), p.tz)} (${p.tz})`}),
      p.email ? [h('dt', {text: 'E-mail'}), h('dd', {text: p.email})] : null,
      h('dt', {text: 'ID'}),
      h('dd', null, h('code', {text: p.id})),
    ),
    h(
      'div',
      {class: 'profile-foot'},
      may
        ? h('button', {
            class: 'btn small primary',
            type: 'button',
            text: 'Be ' + called(p).split(' ')[0],
            on: {
              click: () => {
                close();
                desk.ctx.state.setMe(p.id);
              },
            },
          })
        : null,
      h('button', {
        class: 'btn small',
        type: 'button',
        text: 'Mention',
        on: {
          click: () => {
            close();
            mention('@' + p.name + ' ');
          },
        },
      }),
    ),
  );
  popup(anchor, box);
  box.querySelector('button')?.focus();
}
