// What the renderers ask about names: people, channels, groups, emoji.

import {inside} from './links.js';

const tones = ['', '', '\u{1F3FB}', '\u{1F3FC}', '\u{1F3FD}', '\u{1F3FE}', '\u{1F3FF}'];

/** Makes the source of names from the window's state and the list of channels. */
export function names(state, channels) {
  return {
    /** The person this window is. */
    get me() {
      return state.me;
    },
    get tz() {
      return (state.me && state.me.tz) || 'UTC';
    },
    get people() {
      return state.world.people;
    },
    get groups() {
      return state.world.groups || [];
    },
    get emojis() {
      return state.world.emoji || {};
    },
    get channels() {
      return channels();
    },
    user: (id) => state.person(id),
    channel: (id) => channels().find((c) => c.id === id || c.name === id) || null,
    group: (id) => (state.world.groups || []).find((g) => g.id === id) || null,
    emoji(name, skin = 0) {
      const c = (state.world.emoji || {})[name];
      return c ? c + (tones[skin] || '') : '';
    },
    inside,
    /** Says whether an id is the user or bot id of the app under test. */
    ours: (id) => Boolean(id) && (id === state.world.bot.user_id || id === state.world.bot.bot_id),
  };
}

/** A person's name as messages show it. */
export function called(person) {
  return person ? person.real_name || person.name : 'somebody';
}
