// Orders messages into what a reader sees: days, what is new, who goes on. Pure.

import {day} from '../time.js';

const pause = 5 * 60;

/**
 * Rows of a log: {kind: 'day'|'new'|'replies'|'message', key, …}. newFrom is
 * the ts of the first unread message; a thread counts its replies instead of
 * naming its first day.
 */
export function rows(messages, {tz, newFrom = '', plain = () => true, thread = false}) {
  const out = [];
  let before = null; // null also where something stands between
  let last = null;
  for (const m of messages) {
    const date = day(m.ts, tz);
    if (last ? day(last.ts, tz) !== date : !thread) {
      out.push({kind: 'day', key: 'day-' + date, ts: m.ts});
      before = null;
    }
    if (thread && m === messages[1]) {
      out.push({kind: 'replies', key: 'replies', n: messages.length - 1});
      before = null;
    }
    if (newFrom && m.ts === newFrom) {
      out.push({kind: 'new', key: 'new'});
      before = null;
    }
    out.push({kind: 'message', key: m.ts + (m.ephemeral ? '-e' : ''), m, compact: goesOn(before, m, plain)});
    before = last = m;
  }
  return out;
}

// goesOn says whether m stands under the same name as the one before.
function goesOn(before, m, plain) {
  if (!before || !plain(before) || !plain(m)) return false;
  const same = (a, b) => (a || '') === (b || '');
  return (
    same(before.user, m.user) &&
    same(before.bot_id, m.bot_id) &&
    same(before.username, m.username) &&
    Number(m.ts) - Number(before.ts) < pause &&
    !m.pinned &&
    !m.ephemeral &&
    !before.ephemeral &&
    !m.broadcast
  );
}
