import {test} from 'node:test';
import assert from 'node:assert/strict';
import {deeds, logLine, nameOf, parted, saying, stormSize} from '../../static/js/pagerduty/rules.js';

test('what rings stands first, urgent before low, newer before older', () => {
  const page = (number, status, urgency = 'high') => ({number, status, urgency});
  const {open, past} = parted([page(1, 'acknowledged'), page(2, 'resolved'), page(3, 'triggered', 'low'), page(4, 'triggered'), page(5, 'triggered'), page(6, 'resolved')]);
  assert.deepEqual(open.map((p) => p.number), [5, 4, 3, 1]);
  assert.deepEqual(past.map((p) => p.number), [6, 2]);
});

test('the buttons fit the state', () => {
  assert.ok(deeds({status: 'triggered'}).includes('acknowledge'));
  assert.ok(!deeds({status: 'acknowledged'}).includes('acknowledge'));
  assert.deepEqual(deeds({status: 'resolved'}), ['reopen', 'note']);
});

test('states and logs are said in words', () => {
  assert.equal(saying({status: 'acknowledged', acknowledgers: ['sam@example.com', 'Kim Larsen']}), 'Answered by sam, Kim Larsen');
  assert.equal(saying({status: 'triggered'}), 'Ringing: nobody has answered yet');
  assert.equal(logLine('urgency_change').text, 'Urgency changed');
  assert.equal(logLine('brand_new_thing').text, 'brand new thing');
  assert.deepEqual(logLine({kind: 'escalate', at: 'x'}), {text: 'Escalated', at: 'x'});
  assert.equal(nameOf('sam@example.com'), 'sam');
});

test('a storm has 1 to 500 pages', () => {
  assert.deepEqual(['1', '500', '0', '501', '-3', '1.5', '', 'x', '1e2'].map(stormSize), [1, 500, 0, 0, 0, 0, 0, 0, 100]);
});
