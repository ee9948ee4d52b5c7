// Who does what a view's buttons do: the window's person, or somebody chosen.

import {h} from '../dom.js';
import {fillChoice} from './field.js';

/** Picks the login that fits a person: by handle, else the first. Pure. */
export function loginOf(me, logins) {
  return logins.find((login) => me && login.handle === me.name) ?? logins[0] ?? null;
}

/** Says who acts, and why when it is not the window's own person. Pure. */
export function actorHint(me, logins, service) {
  if (!me || logins.some((login) => login.handle === me.name)) return '';
  return `${me.real_name || me.name} has no login in ${service}`;
}

/** Makes a chooser: {node, handle(), show(logins)}; logins are {handle, name}. */
export function actor(ctx, service) {
  let logins = [];
  const box = h('select', {class: 'input act-box', 'aria-label': `Act in ${service} as`});
  const hint = h('span', {class: 'hint', role: 'status'});
  const fit = () => {
    const login = loginOf(ctx.state.me, logins);
    if (login) box.value = login.handle;
    hint.textContent = actorHint(ctx.state.me, logins, service);
  };
  const end = ctx.state.on('me', fit);
  return {
    node: h('div', {class: 'act'}, h('span', {class: 'act-label', 'aria-hidden': 'true', text: 'You act as'}), box, hint),
    handle: () => box.value,
    show(next) {
      const first = logins.length === 0;
      logins = next;
      fillChoice(
        box,
        next.map((login) => ({value: login.handle, text: login.name})),
      );
      if (first) fit();
    },
    end,
  };
}
