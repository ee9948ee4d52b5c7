// What the Slack view knows: channels, the open one, its thread, modals, Home.

import {emitter} from '../emitter.js';
import {names} from './who.js';

/** Makes the desk of this window's person. It tells of 'channels', 'channel', 'thread', 'screen' and 'home'. */
export function openDesk(ctx) {
  const heard = emitter();
  const desk = {
    ctx,
    on: heard.on,
    tell: heard.emit,
    channels: [],
    channel: null,
    messages: [],
    more: false,
    thread: null,
    stack: [],
    home: null,
    at: ctx.route.at,
    limit: 100,
    newFrom: '',
    deleted: false,
    asked: 0,
    who: null,
    /** A request of this person's to a Slack verb. */
    act: (verb, body = {}) => ctx.api.post('/api/slack/' + verb, {as: desk.me.id, ...body}),
    /** The channel that messages on the screen are of; while another person's view of it comes, the same. */
    get place() {
      return desk.channel ? desk.channel.id : desk.at.channel;
    },
    get me() {
      return ctx.state.me;
    },
  };
  desk.who = names(ctx.state, () => desk.channels);
  return Object.assign(desk, loaders(desk, ctx));
}

function loaders(desk, ctx) {
  const ask = (path, query = {}) => ctx.api.get('/api/slack' + path + '?' + new URLSearchParams({as: desk.me.id, ...query}));
  // Answers for who or where one no longer is are dropped.
  const still = (place) => {
    const was = place();
    return () => was === place();
  };
  const who = () => desk.me.id;
  const where = () => [desk.me.id, desk.at.channel].join();
  const below = () => [desk.me.id, desk.at.channel, desk.at.thread].join();
  const known = new Set();
  const load = {
    async channels() {
      const same = still(who);
      const {channels, modals} = await ask('');
      if (!same()) return;
      desk.channels = channels;
      desk.tell('channels');
      if (modals !== desk.stack.length) await load.screen();
    },
    async channel() {
      const id = desk.at.channel;
      if (!id) return;
      const same = still(where);
      const got = await ask('/channel/' + encodeURIComponent(id), {limit: desk.limit, ...(desk.deleted ? {deleted: 1} : {})}).catch(
        refused,
      );
      if (!same()) return;
      Object.assign(
        desk,
        got.channel
          ? {channel: got.channel, messages: got.messages, more: got.more, refused: ''}
          : {channel: null, messages: [], more: false, refused: got.refused},
      );
      if (strangers(desk, known)) await ctx.state.load();
      desk.tell('channel');
    },
    async thread() {
      const {channel, thread} = desk.at;
      if (!thread) return;
      const same = still(below);
      const got = await ask(`/thread/${encodeURIComponent(channel)}/${thread}`).catch(refused);
      if (!same()) return;
      desk.thread = got.messages ? {ts: thread, messages: got.messages} : {ts: thread, messages: [], refused: got.refused};
      desk.tell('thread');
    },
    async screen() {
      const me = desk.me;
      const {stack} = await ask('/screen');
      if (me !== desk.me) return;
      desk.stack = stack || [];
      desk.tell('screen');
    },
    async home() {
      if (!desk.at.home) return;
      const same = still(who);
      const got = await ask('/home');
      if (!same()) return;
      desk.home = got;
      desk.tell('home');
    },
  };
  return {
    load,
    older: () => {
      desk.limit += 200;
      return load.channel();
    },
  };
}

function refused(err) {
  if (!err.said || err.status === 0) throw err;
  return {refused: err.message};
}

// strangers says whether somebody wrote whom the window does not know yet.
function strangers(desk, known) {
  const ids = desk.messages.map((m) => m.user).filter((id) => id && id !== 'USLACKBOT' && !known.has(id) && !desk.who.user(id));
  ids.forEach((id) => known.add(id));
  return ids.length > 0;
}
