// Remembers what the faults view tells later: the bot's comings and goings,
// records and accounts, also while another view is shown.

import {things} from './account.js';

const keep = {turns: 40, records: 3000, accounts: 300};
let memory = null;

/** Gives the one memory of this window; it begins to listen when first asked for. */
export function remember(ctx) {
  if (memory) return memory;
  memory = {turns: [], records: [], accounts: [], alive: null};
  ctx.live.on('bot', (bot) => turn(memory, bot.alive, Date.now()));
  ctx.live.on('record', (record) => push(memory.records, keep.records, {...record, at: Date.parse(record.at)}));
  return memory;
}

/** Notes that the bot lives or not; only a change is a turn. */
export function turn(memory, alive, at) {
  if (memory.alive === alive) return;
  const known = memory.alive !== null;
  memory.alive = alive;
  if (known) push(memory.turns, keep.turns, {alive, at});
}

/** Notes an account. */
export function note(memory, account) {
  push(memory.accounts, keep.accounts, {...account, at: Date.parse(account.at) || Date.now()});
}

function push(list, most, item) {
  list.push(item);
  if (list.length > most) list.splice(0, list.length - most);
}

/** Says since when the bot is dead: "Dead for 4 seconds", or only "Dead". */
export function deadFor(memory, now) {
  const last = memory.turns.at(-1);
  return last && !last.alive ? `Dead for ${things(Math.max(0, Math.round((now - last.at) / 1000)), 'second')}` : 'Dead';
}
