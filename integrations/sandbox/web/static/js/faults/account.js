// The account: what people said against what the bot recorded, in sentences.

/** Adds up an account's channels and effects. */
export function totals(account) {
  const sum = {said: 0, recorded: 0, missing: 0, doubled: 0, asked: 0, done: 0, twice: 0};
  for (const row of account?.channels ?? []) {
    sum.said += row.said ?? 0;
    sum.recorded += row.recorded ?? 0;
    sum.missing += count(row.missing);
    sum.doubled += count(row.doubled);
  }
  for (const row of account?.effects ?? []) {
    sum.asked += row.asked ?? 0;
    sum.done += row.done ?? 0;
    sum.twice += row.doubled ?? 0;
  }
  return {...sum, waiting: account?.waiting ?? 0, unknown: account?.unknown ?? 0};
}

/** Counts what is a list, or a number already. */
export function count(of) {
  return Array.isArray(of) ? of.length : (of ?? 0);
}

/** Writes the account as one line: sent 41 = recorded 41 · missing 0 · doubled 0. */
export function formula(account) {
  const t = totals(account);
  const sign = t.said === t.recorded ? '=' : '≠';
  return `sent ${t.said} ${sign} recorded ${t.recorded} · missing ${t.missing} · doubled ${t.doubled + t.twice}`;
}

/** Judges an account: {tone, sentence}; tone is good, wait, bad or none. */
export function verdict(account, alive = true) {
  if (!account) return {tone: 'none', sentence: "The bot's own records cannot be read here."};
  const t = totals(account);
  if (t.doubled + t.twice > 0)
    return {
      tone: 'bad',
      sentence: `${things(t.doubled + t.twice, 'thing')} stand twice. That must never happen: please report it.`,
    };
  if (t.said + t.asked === 0) return {tone: 'none', sentence: 'Nobody has said anything in an incident yet.'};
  const late = Math.max(t.missing, t.said - t.recorded);
  if (!alive && (late > 0 || t.waiting > 0)) return {tone: 'wait', sentence: resting(late, t.waiting)};
  if (late > 0) return {tone: 'wait', sentence: `${things(late, 'message')} still on the way to the record.`};
  if (t.waiting + t.unknown + (t.asked - t.done) > 0) return {tone: 'wait', sentence: busy(t)};
  if (t.said === 0) return {tone: 'good', sentence: 'Everything the bot was asked to do is done, each thing exactly once.'};
  return {tone: 'good', sentence: `Nothing lost, nothing doubled: all ${things(t.said, 'message')} recorded exactly once.`};
}

function resting(late, waiting) {
  const parts = [];
  if (late > 0) parts.push(`${things(late, 'message')} said while it is dead`);
  if (waiting > 0) parts.push(`${things(waiting, 'action')} half done`);
  return `The bot is dead: ${parts.join(' and ')}. Start it again and watch it catch up.`;
}

function busy(t) {
  if (t.unknown > 0)
    return `The answer to ${things(t.unknown, 'call')} was lost: the bot looks up what became of it before it tries again.`;
  return `All messages are recorded; ${things(Math.max(t.waiting, t.asked - t.done), 'action')} still to do.`;
}

/** Says a number of things: 1 message, 4 messages. */
export function things(n, noun) {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** Judges the sum of messages alone, whatever else is still to do. */
export function sumTone(account) {
  const t = totals(account);
  if (t.doubled + t.twice > 0) return 'bad';
  if (t.said !== t.recorded || t.missing > 0) return 'wait';
  return t.said > 0 ? 'good' : 'none';
}

/** Judges one channel's row: good, wait or bad. */
export function rowTone(row) {
  if (count(row.doubled) > 0) return 'bad';
  if (count(row.missing) > 0 || (row.recorded !== undefined && row.said !== row.recorded)) return 'wait';
  return 'good';
}

/** Judges one effect's row: good, wait or bad. */
export function effectTone(row) {
  if ((row.doubled ?? 0) > 0) return 'bad';
  return row.done < row.asked ? 'wait' : 'good';
}
