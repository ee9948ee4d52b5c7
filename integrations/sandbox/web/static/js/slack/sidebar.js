// The list of channels.

import {h, clear, append, keyed} from '../dom.js';
import {icon, mark} from '../icons.js';
import {createChannel} from './channel_form.js';
import {browse} from './channel_pick.js';

/** Makes the list; it follows the desk. */
export function makeSidebar(desk) {
  const mine = h('ul', {class: 'side-list'});
  const others = h('ul', {class: 'side-list'});
  const old = h('ul', {class: 'side-list'});
  const oldBox = h('details', {class: 'side-more'}, h('summary', {text: 'Archived'}), old);
  const otherBox = h('details', {class: 'side-more'}, h('summary', {text: 'Not joined'}), others);
  const home = h(
    'a',
    {class: 'side-row', href: '#/slack/home'},
    h('span', {class: 'side-sign'}, mark()),
    h('span', {class: 'side-name', text: 'App Home'}),
  );
  const team = h('div', {class: 'side-team'});
  const root = h(
    'nav',
    {class: 'side', 'aria-label': 'Channels'},
    team,
    h(
      'button',
      {class: 'side-find', type: 'button', on: {click: () => browse(desk)}},
      icon('search'),
      h('span', {text: 'Jump to…'}),
      h('kbd', {text: 'Ctrl K'}),
    ),
    h(
      'div',
      {class: 'side-scroll'},
      h(
        'div',
        {class: 'side-head'},
        h('h2', {text: 'Channels'}),
        h(
          'button',
          {
            class: 'side-add',
            type: 'button',
            'aria-label': 'Create a channel',
            title: 'Create a channel',
            on: {click: () => createChannel(desk)},
          },
          icon('plus'),
        ),
      ),
      mine,
      otherBox,
      oldBox,
      h('div', {class: 'side-head'}, h('h2', {text: 'Apps'})),
      h('ul', {class: 'side-list'}, h('li', null, home)),
    ),
  );
  const show = () => {
    const list = desk.channels;
    append(clear(team), h('b', {text: desk.ctx.state.world.team.name || 'Workspace'}));
    fill(
      mine,
      list.filter((c) => c.member && !c.archived),
      desk,
    );
    fill(
      others,
      list.filter((c) => !c.member && !c.archived),
      desk,
    );
    fill(
      old,
      list.filter((c) => c.archived),
      desk,
    );
    otherBox.hidden = !others.children.length;
    oldBox.hidden = !old.children.length;
    for (const box of [otherBox, oldBox]) if (box.querySelector('[aria-current]')) box.open = true;
    if (desk.at.home) home.setAttribute('aria-current', 'page');
    else home.removeAttribute('aria-current');
    root.querySelector('[aria-current]')?.scrollIntoView({block: 'nearest'});
  };
  return {root, show};
}

function fill(ul, channels, desk) {
  keyed(
    ul,
    channels,
    (c) => c.id,
    (c) => row(c, desk),
    (node, c) => row(c, desk, node),
  );
}

// row draws a channel; into node if there is one, so that the focus stays.
function row(c, desk, node = h('li', null, h('a', {class: 'side-row'}))) {
  const a = node.firstElementChild;
  const current = desk.at.channel === c.id;
  const sign = JSON.stringify([c, current]);
  if (a.dataset.sign === sign) return node;
  a.dataset.sign = sign;
  a.setAttribute('href', '#/slack/' + c.id);
  a.className = ['side-row', c.unread && c.member && !current && 'side-unread', c.archived && 'side-old'].filter(Boolean).join(' ');
  if (current) a.setAttribute('aria-current', 'page');
  else a.removeAttribute('aria-current');
  append(
    clear(a),
    h('span', {class: 'side-sign', 'aria-hidden': 'true'}, c.private ? icon('lock') : '#'),
    h('span', {class: 'side-name', text: c.name, title: c.name}),
    c.private ? h('span', {class: 'unseen', text: ' (private)'}) : null,
    c.shared
      ? h(
          'span',
          {class: 'side-shared', title: 'Shared with another workspace'},
          icon('shared'),
          h('span', {class: 'unseen', text: ' (shared)'}),
        )
      : null,
    c.mentions && c.member && !current ? h('span', {class: 'badge', 'aria-label': c.mentions + ' mentions', text: c.mentions}) : null,
    c.unread && c.member ? h('span', {class: 'unseen', text: ` ${c.unread} unread`}) : null,
  );
  return node;
}
