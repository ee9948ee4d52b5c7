import {test} from 'node:test';
import assert from 'node:assert/strict';
import {effectTone, formula, rowTone, sumTone, totals, verdict} from '../../static/js/faults/account.js';

const channel = (said, recorded, missing = [], doubled = []) => ({id: 'C1', name: 'inc-1', said, recorded, missing, doubled});
const effect = (asked, done, doubled = 0) => ({what: 'channels', asked, done, doubled});
const account = (channels, effects = [], rest = {}) => ({channels, effects, waiting: 0, unknown: 0, ...rest});

test('the formula adds up all channels', () => {
  assert.equal(formula(account([channel(41, 41), channel(7, 7)], [effect(2, 2)])), 'sent 48 = recorded 48 · missing 0 · doubled 0');
  assert.equal(formula(account([channel(3, 2, [{}])])), 'sent 3 ≠ recorded 2 · missing 1 · doubled 0');
  assert.equal(formula(null), 'sent 0 = recorded 0 · missing 0 · doubled 0');
  assert.equal(totals(account([], [effect(2, 3, 1)])).twice, 1);
});

test('everything recorded once is good', () => {
  assert.deepEqual(verdict(account([channel(41, 41)])), {tone: 'good', sentence: 'Nothing lost, nothing doubled: all 41 messages recorded exactly once.'});
  assert.equal(verdict(account([channel(0, 0)], [effect(1, 1)])).tone, 'good');
});

test('what is late is not wrong, and a dead bot is told as such', () => {
  const late = account([channel(5, 1, [{}, {}, {}, {}])]);
  assert.deepEqual(verdict(late), {tone: 'wait', sentence: '4 messages still on the way to the record.'});
  assert.match(verdict(late, false).sentence, /^The bot is dead: 4 messages said while it is dead/);
  assert.match(verdict(account([channel(5, 4, [{}])])).sentence, /^1 message still/);
  assert.match(verdict(account([channel(5, 5)], [], {unknown: 1})).sentence, /1 call was lost/);
  assert.match(verdict(account([channel(5, 5)], [effect(2, 1)])).sentence, /1 action still to do/);
});

test('what stands twice is bad, whatever else is good', () => {
  assert.equal(verdict(account([channel(5, 5, [], [{}])])).tone, 'bad');
  assert.equal(verdict(account([channel(5, 5)], [effect(1, 2, 1)]), false).tone, 'bad');
});

test('no account and no messages are neither good nor bad', () => {
  assert.equal(verdict(null).tone, 'none');
  assert.equal(verdict(account([])).tone, 'none');
});

test('rows are judged by themselves', () => {
  assert.deepEqual([channel(2, 2), channel(2, 1, [{}]), channel(2, 2, [], [{}])].map(rowTone), ['good', 'wait', 'bad']);
  assert.deepEqual([effect(2, 2), effect(2, 1), effect(2, 2, 1)].map(effectTone), ['good', 'wait', 'bad']);
});

test('the sum is of messages, even while actions are outstanding', () => {
  assert.equal(sumTone(account([channel(5, 5)], [], {waiting: 380})), 'good');
  assert.equal(sumTone(account([channel(5, 4, [{}])])), 'wait');
  assert.equal(sumTone(account([channel(5, 5)], [effect(1, 2, 1)])), 'bad');
  assert.equal(sumTone(null), 'none');
});
