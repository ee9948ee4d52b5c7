// Who there is, and whom this window is.

import {get} from './api.js';
import {emitter} from './emitter.js';

const heard = emitter();
const remembered = 'firebreak.me';
let byName = new Map();

export const state = {
  /** What /api/world says. */
  world: {people: [], emoji: {}, commands: [], shortcuts: [], groups: [], has: {}, team: {}, bot: {}},
  /** The person this window is. */
  me: null,
  /** Those a window can be. */
  people: [],
  /** Calls fn when 'me' or 'world' changes; returns what ends it. */
  on: heard.on,
  /** Tells this window's other parts: 'read'. */
  tell: heard.emit,
  setMe,
  person,
  load,
};

/** Reads the world; the first time chooses a person: ?as=, the one remembered, the first. */
export async function load() {
  const world = await get('/api/world');
  state.world = world;
  byName = new Map(
    world.people.flatMap((p) => [
      [p.id, p],
      [p.name, p],
    ]),
  );
  state.people = world.people.filter((p) => !p.bot && !p.deleted);
  const asked = new URLSearchParams(location.search).get('as');
  const now = state.me || person(asked) || person(sessionStorage.getItem(remembered));
  state.me = state.people.find((p) => now && p.id === now.id) || state.people[0] || null;
  heard.emit('world', world);
}

/** Finds a person by id or handle. */
export function person(name) {
  return byName.get(String(name || '').replace(/^@/, '')) || null;
}

/** Becomes somebody. */
export function setMe(name) {
  const next = person(name);
  if (!next || next.bot || next === state.me) return;
  state.me = next;
  sessionStorage.setItem(remembered, next.id);
  const url = new URL(location.href);
  if (url.searchParams.has('as')) {
    url.searchParams.set('as', next.name);
    history.replaceState(history.state, '', url);
  }
  heard.emit('me', next);
}
