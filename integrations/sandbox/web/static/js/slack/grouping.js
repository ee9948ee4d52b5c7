// Orders messages into what a reader sees: days, what is new, who goes on. Pure.

import {day} from '../time.js';

const pause = 5 * 60;

/** Rows of a log: {kind: 'day'|'new'|'message', key, …}; newFrom is the ts of the first unread message. */
export function rows(messages, {tz, newFrom = '', plain = () => true}) {
  const out = [];
  let before = null;
  for (const m of messages) {
    const date = day(m.ts, tz);
    if (!before || day(before.ts, tz) !== date) {
      out.push({kind: 'day', key: 'day-' + date, ts: m.ts});
      before = null;
    }
    if (newFrom && m.ts === newFrom) {
      out.push({kind: 'new', key: 'new'});
      before = null;
    }
    out.push({kind: 'message', key: m.ts + (m.ephemeral ? '-e' : ''), m, compact: goesOn(before, m, plain)});
    before = m;
  }
  return out;
}

// goesOn says whether m stands under the same name as the one before.
function goesOn(before, m, plain) {
  if (!before || !plain(before) || !plain(m)) return false;
  const same = (a, b) => (a || '') === (b || '');
  return same(before.user, m.user) && same(before.bot_id, m.bot_id) && same(before.username, m.username)
    && Number(m.ts) - Number(before.ts) < pause && !m.pinned && !m.ephemeral && !before.ephemeral && !m.broadcast;
}
