// Slack: channels, messages, threads, modals and the app's Home.

import {h} from '../dom.js';
import {openDesk} from './desk.js';
import {makeSidebar} from './sidebar.js';
import {makeChannel} from './channel.js';
import {makeThread} from './thread.js';
import {makeHome} from './home.js';
import {makeModals} from './modal.js';
import {profiles} from './profile.js';
import {browse} from './channel_pick.js';
import {arrivals} from './arrival.js';

/** Shows Slack in root. */
export function mount(root, ctx) {
  const desk = openDesk(ctx);
  const side = makeSidebar(desk);
  const channel = makeChannel(desk);
  const thread = makeThread(desk);
  const home = makeHome(desk);
  const modals = makeModals(desk);
  const box = h('div', {class: 'slack'}, h('h1', {class: 'unseen', text: 'Slack'}), side.root, channel.root, home.root, thread.root);
  root.append(box);
  const shows = {channels: side.show, channel: channel.show, thread: thread.show, screen: modals.show, home: home.show};
  for (const [kind, show] of Object.entries(shows)) desk.on(kind, show);
  desk.on('channel', thread.show); // the thread may have come first
  const pane = () => {
    const {at} = desk;
    box.dataset.pane = at.home ? 'home' : at.thread ? 'thread' : at.channel ? 'channel' : 'list';
    home.root.hidden = !at.home;
    channel.root.hidden = at.home;
    thread.root.hidden = !at.thread;
    side.show();
  };
  const goTo = arrivals(desk, {channel, thread, pane});
  const ends = [
    ctx.route.on(goTo),
    ctx.state.on('me', () => {
      modals.end();
      Object.assign(desk, {stack: [], home: null, channel: null});
      begin();
    }),
    ctx.live.on('record', (r) => heed(r, desk)),
    ctx.live.on('open', () => Object.values(desk.load).forEach(ctx.live.soon)),
    profiles(desk, (text) => (desk.at.thread ? thread : channel).composer.insert(text)),
    ...keys(desk, {channel, thread}),
  ];
  let {me} = desk;
  async function begin() {
    await desk.load.channels();
    desk.load.screen();
    const {at} = ctx.route;
    const hidden = at.channel && desk.channels.length && !desk.channels.some((c) => c.id === at.channel || c.name === at.channel);
    if (hidden && me !== desk.me) ctx.route.go('#/slack', {replace: true});
    me = desk.me;
    await goTo(ctx.route.at, true);
  }
  begin();
  return {
    unmount() {
      ends.forEach((end) => end());
      modals.end();
    },
  };
}

// heed loads what a record may have changed.
function heed(r, desk) {
  if (r.service !== 'slack') return;
  const {soon} = desk.ctx.live;
  soon(desk.load.channels);
  if (!r.where || r.where === desk.at.channel) {
    soon(desk.load.channel);
    soon(desk.load.thread);
  }
  if (!r.where || /view|modal|home/.test(`${r.method} ${r.kind}`)) {
    soon(desk.load.screen);
    soon(desk.load.home);
  }
}

function keys(desk, {channel, thread}) {
  const jump = (e) => {
    if (!(e.ctrlKey || e.metaKey) || e.key.toLowerCase() !== 'k' || document.querySelector('dialog[open]')) return;
    e.preventDefault();
    browse(desk);
  };
  const escape = (e) => {
    if (e.key !== 'Escape' || e.defaultPrevented || document.querySelector('dialog[open]') || !desk.at.thread) return;
    desk.ctx.route.go(desk.ctx.route.slack(desk.at.channel));
  };
  document.addEventListener('keydown', jump);
  document.addEventListener('keydown', escape);
  const tell = (key, tells) => desk.ctx.keys.bind(key, tells, null, 'Slack');
  return [
    () => document.removeEventListener('keydown', jump),
    () => document.removeEventListener('keydown', escape),
    desk.ctx.keys.bind('/', 'Write a message', () => (desk.at.thread ? thread : channel).composer.focus(), 'Slack'),
    tell('Ctrl+K', 'Jump to a channel'),
    tell('Enter', 'Send; Shift+Enter is a new line'),
    tell('↑', 'Edit your last message, in an empty field; else walk the messages'),
    tell('t', 'Reply in thread to the message with the focus'),
    tell('r', 'React to it'),
    tell('p', 'Pin it'),
    tell('e', 'Edit it'),
    tell('m', 'All that can be done to it'),
    tell('Esc', 'Close the thread'),
  ];
}
