import {test} from 'node:test';
import assert from 'node:assert/strict';
import {direction, fitting, isRead, pretty, result, what} from '../../static/js/ledger/sentence.js';

const name = (id) => ({U1: 'Sam Okafor'})[id] ?? id;

test('records say who did something to whom', () => {
  const who = (kind, service = 'slack', actor = '') => direction({kind, service, actor}, name);
  assert.deepEqual(['request', 'ack', 'envelope', 'effect', 'unexpected'].map((k) => who(k)), ['bot → Slack', 'bot → Slack', 'Slack → bot', 'Slack', '? → Slack']);
  assert.equal(who('person', 'slack', 'U1'), 'Sam Okafor');
  assert.equal(who('person', 'pagerduty'), 'PagerDuty');
  assert.equal(who('scene', ''), 'Story');
});

test('records say what happened', () => {
  assert.equal(what({kind: 'person', method: 'say', text: 'On it'}), 'says: On it');
  assert.equal(what({kind: 'person', method: 'drop_sockets'}), 'drop sockets');
  assert.equal(what({kind: 'request', method: 'chat.postMessage'}), 'chat.postMessage');
  assert.equal(what({kind: 'envelope', method: 'events_api', text: 'Ev1'}), 'pushes an event');
  assert.equal(what({kind: 'socket', method: 'connected'}), 'the bot connects');
  assert.equal(what({kind: 'quick', method: 'close', text: ''}), '/close');
  assert.equal(what({kind: 'effect', method: 'create_channel', text: 'inc-1'}), 'create channel: inc-1');
});

test('calls say how they ended', () => {
  assert.deepEqual(result({kind: 'request', status: 200}), {text: '200', tone: 'good'});
  assert.deepEqual(result({kind: 'request', status: 0, fault: 'drop_after'}), {text: 'no answer, done, but the answer was lost', tone: 'bad'});
  assert.equal(result({kind: 'request', status: 200, fault: 'delay'}).tone, 'bad');
  assert.deepEqual(result({kind: 'person'}), {text: '', tone: ''});
  assert.equal(result({kind: 'socket', fault: 'new_fault'}).text, 'new fault');
});

test('filters fit by service, kind and words, newest first', () => {
  const records = [{n: 1, service: 'slack', kind: 'person', actor: 'U1', text: 'On it'}, {n: 2, service: 'gitlab', kind: 'request', method: 'GET /x', status: 429}, {n: 3, service: 'slack', kind: 'request', method: 'chat.update'}];
  const ns = (f) => fitting(records, f, name).map((r) => r.n);
  assert.deepEqual(ns({}), [3, 2, 1]);
  assert.deepEqual(ns({service: 'slack'}), [3, 1]);
  assert.deepEqual(ns({kind: 'request', text: '429'}), [2]);
  assert.deepEqual(ns({text: 'okafor on'}), [1]);
});

test('JSON is indented, and what is none is shown as it stands', () => {
  assert.equal(pretty({a: 1}), '{\n  "a": 1\n}');
  assert.equal(pretty('{"a":1}'), '{\n  "a": 1\n}');
  assert.equal(pretty('{"a":… clipped'), '{"a":… clipped');
  assert.equal(pretty(null), '');
});

test('calls that only read can be left out, unless something went wrong', () => {
  const call = (method, rest = {}) => ({n: 1, kind: 'request', method, status: 200, ...rest});
  for (const method of ['GET /incidents', 'conversations.history', 'users.info']) assert.ok(isRead(call(method)), method);
  for (const method of ['chat.postMessage', 'PUT /incidents/{id}', 'conversations.create']) assert.ok(!isRead(call(method)), method);
  assert.ok(!isRead(call('GET /incidents', {status: 503})));
  assert.ok(!isRead(call('GET /incidents', {fault: 'delay'})));
  assert.equal(fitting([call('GET /x')], {reads: false}).length, 0);
  assert.equal(fitting([call('GET /x')], {}).length, 1);
});
