// A card about a person, where their name is clicked.

import {h} from '../dom.js';
import {popup, close} from '../menu.js';
import {clock} from '../time.js';
import {called} from './who.js';
import {face} from './face.js';
import {standing} from './person_kind.js';

/** Opens the card of whoever a clicked name stands for; returns what ends it. */
export function profiles(desk, mention) {
  const click = (e) => {
    const at = e.target.closest('[data-person]');
    const p = at && desk.who.user(at.dataset.person);
    if (p) open(at, p, desk, mention);
  };
  document.addEventListener('click', click);
  return () => document.removeEventListener('click', click);
}

function open(at, p, desk, mention) {
  // A name in a list that closes now: the card stands where the list did.
  const anchor = at.closest('.menu') ? document.querySelector('[aria-haspopup][aria-expanded=true]') || at : at;
  const box = h('div', {class: 'menu profile', role: 'dialog', 'aria-label': called(p)}, head(p, desk), facts(p), deeds(p, desk, mention));
  popup(anchor, box);
  box.querySelector('button')?.focus();
}

function head(p, desk) {
  const kind = p.deleted ? 'deactivated' : standing(p);
  const name = h('div', {class: 'profile-name'}, called(p), kind ? h('span', {class: 'tag', text: kind}) : null);
  return h('div', {class: 'profile-head'}, face(p.id, desk.who, 'l'), h('div', null, name, h('div', {class: 'muted', text: '@' + p.name})));
}

function facts(p) {
  const fact = (name, ...value) => [h('dt', {text: name}), h('dd', null, ...value)];
  return h(
    'dl',
    {class: 'facts'},
    fact('Local time', `${clock(new Date(), p.tz)} (${p.tz})`),
    p.email ? fact('E-mail', p.email) : null,
    fact('ID', h('code', {text: p.id})),
  );
}

function deeds(p, desk, mention) {
  const deed = (kind, text, fn) => {
    const click = () => {
      close();
      fn();
    };
    return h('button', {class: ['btn', 'small', kind], type: 'button', text, on: {click}});
  };
  const may = !p.bot && !p.deleted && p.id !== desk.me.id;
  return h(
    'div',
    {class: 'profile-foot'},
    may ? deed('primary', 'Be ' + called(p).split(' ')[0], () => desk.ctx.state.setMe(p.id)) : null,
    deed('', 'Mention', () => mention('@' + p.name + ' ')),
  );
}
