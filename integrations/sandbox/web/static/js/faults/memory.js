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
  ctx.live.on('record', (record) => {
    if (record.kind !== 'request') push(memory.records, keep.records, {...record, at: Date.parse(record.at)});
  });
  return memory;
}

/** Notes that the bot lives or not; only a change is a turn. */
export function turn(memory, alive, at, mine = false) {
  if (memory.alive === alive) return;
  const known = memory.alive !== null;
  memory.alive = alive;
  if (known) push(memory.turns, keep.turns, {alive, at, mine});
}

/** Notes what the server said of the bot, unless it was asked before the last turn. */
export function heard(memory, alive, asked) {
  if (asked >= (memory.turns.at(-1)?.at ?? 0)) turn(memory, alive, Date.now());
}

const turns = {__proto__: null, '/api/faults/kill': false, '/api/faults/start': true};

/** Gives an API that notes when the bot is killed and started through it: the stream tells it half a second late. */
export function watched(api, memory) {
  const post = async (path, body) => {
    const at = Date.now();
    const answer = await api.post(path, body);
    if (path in turns) turn(memory, turns[path], at, true);
    return answer;
  };
  return {...api, post};
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
