import {test} from 'node:test';
import assert from 'node:assert/strict';
import {caughtUp, chronicle, span} from '../../static/js/faults/chronicle.js';
import {deadFor, heard, turn, watched} from '../../static/js/faults/memory.js';

const said = (at, actor) => ({at, service: 'slack', kind: 'effect', method: 'message', actor});
const whole = (at, n) => ({at, channels: [{said: n, recorded: n, missing: [], doubled: []}], effects: [], waiting: 0, unknown: 0});

test('tells the kill, what was said, the restart and when all was recorded', () => {
  const lines = chronicle({
    turns: [{alive: false, at: 1000, mine: true}, {alive: true, at: 5000}],
    records: [said(500, 'U1'), said(2000, 'U1'), said(2500, 'U2'), said(6000, 'U1'), {at: 5400, kind: 'socket', method: 'connected'},
      {at: 3000, service: 'pagerduty', kind: 'person', method: 'trigger'}],
    accounts: [whole(900, 1), {...whole(5200, 3), waiting: 1}, whole(8000, 3), whole(9000, 4)],
    name: (id) => ({U1: 'Sam', U2: 'Kim'})[id],
  }).map((line) => line.text);
  assert.deepEqual(lines, [
    'You killed the bot', '2 messages said meanwhile by Sam, Kim', '1 page came in', 'Started again, 4.0 s later',
    'It is connected to Slack again and asks what it missed', 'All 3 messages recorded, doubled 0: 3.0 s after the restart',
  ]);
});

test('only the last kill is told, and nothing without one', () => {
  assert.deepEqual(chronicle({}), []);
  const turns = [{alive: false, at: 1}, {alive: true, at: 2}, {alive: false, at: 3}];
  assert.deepEqual(chronicle({turns}).map((l) => l.at), [3]);
});

test('an account without incidents is caught up', () => {
  assert.ok(caughtUp({channels: [], effects: []}));
  assert.ok(!caughtUp({channels: [{said: 2, recorded: 1, missing: [{}]}]}));
});

test('times are short words', () => {
  assert.deepEqual([span(0, 400), span(0, 12000), span(0, 200000), span(5, 0)], ['0.4 s', '12 s', '3 min', '0.0 s']);
});

test('only a change is a turn, and the first word is none', () => {
  const memory = {turns: [], records: [], accounts: [], alive: null};
  turn(memory, false, 1);
  assert.deepEqual(memory.turns, []);
  assert.equal(deadFor(memory, 5), 'Dead');
  turn(memory, true, 2);
  turn(memory, true, 3);
  turn(memory, false, 4000);
  assert.deepEqual(memory.turns, [{alive: true, at: 2, mine: false}, {alive: false, at: 4000, mine: false}]);
  assert.equal(deadFor(memory, 5000), 'Dead for 1 second');
});

test('a kill is noted when it was asked for, and an older answer does not undo it', async () => {
  const memory = {turns: [], records: [], accounts: [], alive: true};
  const api = watched({get: null, post: async () => ({})}, memory);
  const asked = Date.now() - 1;
  await api.post('/api/faults/kill');
  heard(memory, true, asked);
  assert.deepEqual(memory.turns.map((t) => t.alive), [false]);
  await api.post('/api/faults/start');
  await api.post('/api/slack/say');
  assert.deepEqual(memory.turns.map((t) => t.alive), [false, true]);
});

test('a kill that is refused is no turn', async () => {
  const memory = {turns: [], records: [], accounts: [], alive: true};
  const api = watched({post: async () => { throw new Error('dead already'); }}, memory);
  await assert.rejects(api.post('/api/faults/kill'));
  assert.deepEqual(memory.turns, []);
});
