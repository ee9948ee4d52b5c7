import {test} from 'node:test';
import assert from 'node:assert/strict';
import {active, isOn, slowness} from '../../static/js/faults/catalogue.js';
import {experiments, outcome, talkChannel} from '../../static/js/faults/experiments.js';
import {run} from '../../static/js/faults/runner.js';

test('switches are read by either spelling', () => {
  const state = {switches: {'slack-down': true, gitlab_down: true, 'rate-limit': {slack: true}, slow: 1000}};
  assert.ok(isOn(state, 'slack-down') && isOn(state, 'gitlab-down') && !isOn(state, 'pagerduty-down'));
  assert.ok(isOn(state, 'rate-limit', 'slack') && !isOn(state, 'rate-limit', 'gitlab'));
  assert.ok(isOn({switches: {'rate-limit': ['gitlab']}}, 'rate-limit', 'gitlab'));
  assert.equal(slowness(state), 1000);
  assert.deepEqual(active(state), ['Slack is down', 'GitLab is down', 'Slack limits the rate', 'Every call takes 1000 ms more']);
  assert.deepEqual(active(null), []);
});

test('people talk in the newest incident they are in', () => {
  const channels = [{id: 'A', name: 'inc-2-x'}, {id: 'B', name: 'inc-10-y'}, {id: 'C', name: 'inc-11-z', archived: true}, {id: 'D', name: 'inc-12', member: false}, {id: 'E', name: 'alerts'}];
  assert.equal(talkChannel(channels).id, 'B');
  assert.equal(talkChannel([]), null);
});

test('an outcome says what was sent and recorded', () => {
  const t = (said, recorded, rest = {}) => ({said, recorded, missing: 0, doubled: 0, twice: 0, asked: 0, done: 0, ...rest});
  assert.deepEqual(outcome({before: t(10, 10), after: t(15, 15), ms: 3000}), {good: true, text: 'Sent 5 = recorded 5, doubled 0, after 3.0 s.'});
  assert.equal(outcome({before: t(10, 10), after: t(15, 14, {missing: 1}), ms: 60000}).good, false);
  assert.equal(outcome({before: t(10, 10), after: t(15, 15, {doubled: 1}), ms: 1}).good, false);
  assert.match(outcome({before: t(1, 1), after: t(1, 1, {asked: 1, done: 1}), ms: 900}).text, /^Done 1 of 1 new things/);
});

test('whatever is switched on is switched off again, and the bot is left alive', () => {
  for (const {id, steps} of experiments) {
    const on = steps.filter((s) => s.with?.on === true).map((s) => s.do);
    const off = steps.filter((s) => s.with?.on === false && s.always).map((s) => s.do);
    assert.deepEqual(off, on, id);
    assert.equal(steps.some((s) => s.do === 'faults/kill'), steps.some((s) => s.do === 'faults/start'), id);
  }
});

test('an experiment that fails halfway leaves no fault behind', async () => {
  const posted = [];
  const api = {
    get: async (path) => path === '/api/account' ? {channels: [], effects: []} : path === '/api/world' ? {people: [{id: 'U1', name: 'sam'}]}
      : path.startsWith('/api/slack/channel') ? {channel: {member_ids: ['U1']}} : path.startsWith('/api/slack') ? {channels: [{id: 'C1', name: 'inc-1', member: true}]} : {services: []},
    post: async (path, body) => { posted.push([path, body.on]); if (path === '/api/slack/say') throw new Error('no'); },
  };
  const twice = experiments.find((e) => e.id === 'twice');
  await assert.rejects(run(api, twice, () => {}), /no/);
  assert.deepEqual(posted, [['/api/faults/duplicate-events', true], ['/api/faults/hold-events', true], ['/api/slack/say', undefined],
    ['/api/faults/duplicate-events', false], ['/api/faults/hold-events', false]]);
});
