// What happened since the bot was killed last, told from ledger records, the
// bot's comings and goings, and accounts taken meanwhile.

import {things, totals} from './account.js';

/** Tells the story: lines {at, tone, text}, oldest first. */
export function chronicle({turns = [], records = [], accounts = [], name = (id) => id}) {
  const killed = turns.findLast((turn) => !turn.alive);
  if (!killed) return [];
  const back = turns.find((turn) => turn.alive && turn.at > killed.at);
  const lines = [{at: killed.at, tone: 'bad', text: killed.mine ? 'You killed the bot' : 'The bot was killed'}];
  lines.push(
    ...meanwhile(
      records.filter((r) => r.at >= killed.at && (!back || r.at < back.at)),
      name,
    ),
  );
  if (!back) return lines;
  lines.push({at: back.at, tone: 'good', text: `Started again, ${span(killed.at, back.at)} later`});
  const plugged = records.find((r) => r.at >= back.at && r.kind === 'socket' && r.method === 'connected');
  if (plugged) lines.push({at: plugged.at, tone: '', text: `It is connected to Slack again and asks what it missed`});
  const whole = accounts.find((account) => account.at >= back.at && caughtUp(account));
  if (whole) lines.push({at: whole.at, tone: 'good', text: recovered(whole, back)});
  return lines.sort((a, b) => a.at - b.at);
}

/** Tells what people and vendors did in a stretch of records, kind by kind. */
export function meanwhile(records, name = (id) => id) {
  const said = records.filter((r) => r.service === 'slack' && r.kind === 'effect' && r.method === 'message');
  const pages = records.filter((r) => r.service === 'pagerduty' && r.method === 'trigger');
  const other = records.filter(
    (r) =>
      r.kind === 'person' &&
      (r.method === 'command' || r.method === 'react' || r.method === 'click' || r.method === 'edit' || r.method === 'delete'),
  );
  const tracked = records.filter((r) => r.service === 'gitlab' && r.kind === 'person');
  return [
    group(said, (n) => `${things(n, 'message')} said meanwhile by ${people(said, name)}`),
    group(other, (n) => `${things(n, 'other deed')} in Slack: ${[...new Set(other.map((r) => deed[r.method]))].join(', ')}`),
    group(pages, (n) => `${things(n, 'page')} came in`),
    group(tracked, (n) => `${things(n, 'change')} in GitLab`),
  ]
    .flat()
    .sort((a, b) => a.at - b.at);
}

const deed = {command: 'commands', react: 'emoji', click: 'buttons', edit: 'edits', delete: 'deletions'};

function group(records, say) {
  return records.length === 0 ? [] : [{at: records[0].at, tone: '', text: say(records.length)}];
}

function people(records, name) {
  const names = [...new Set(records.map((r) => name(r.actor)))];
  if (names.length <= 3) return names.join(', ');
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} others`;
}

/** Says whether nothing is missing any more. */
export function caughtUp(account) {
  const t = totals(account);
  return t.missing === 0 && t.recorded >= t.said && t.waiting === 0 && t.unknown === 0;
}

function recovered(account, back) {
  const t = totals(account);
  return `All ${things(t.said, 'message')} recorded, doubled ${t.doubled + t.twice}: ${span(back.at, account.at)} after the restart`;
}

/** Says the time between two instants in milliseconds: 0.4 s, 12 s, 3 min. */
export function span(from, to) {
  const seconds = Math.max(0, to - from) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
