// What kind of message something is, and whose. Pure.

import {called} from './who.js';

const plainKinds = ['', 'bot_message', 'file_share', 'thread_broadcast', 'me_message', 'tombstone', 'reply_broadcast'];

/** Says whether a message tells of the channel rather than of anybody's words. */
export function system(m) {
  return !plainKinds.includes(m.subtype || '');
}

/** Who wrote a message: {id, name, app, person}. */
export function author(m, who) {
  const person = who.user(m.user);
  const name = m.username || (person ? called(person) : m.app ? 'app' : 'somebody');
  return {id: m.user || m.bot_id || name, name, app: m.app || Boolean(person && person.bot), person};
}

/** Says whether of a message only the thread below it is left. */
export function gone(m) {
  return Boolean(m.deleted) || m.subtype === 'tombstone';
}
