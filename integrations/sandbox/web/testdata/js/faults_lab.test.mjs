import {test} from 'node:test';
import assert from 'node:assert/strict';
import {active, callName, callOf, callOptions, isOn, slowness} from '../../static/js/faults/catalogue.js';
import {experiments, outcome, talkChannel} from '../../static/js/faults/experiments.js';
import {ruleLine} from '../../static/js/faults/rule.js';
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

test('an outcome says what was sent and recorded, or what was done', () => {
  const account = (said, recorded, effects = [], doubled = []) => ({channels: [{said, recorded, missing: Array(said - recorded).fill({}), doubled}], effects});
  const effect = (what, n, done = n) => ({what, asked: n, done, doubled: 0});
  assert.deepEqual(outcome({before: account(10, 10), after: account(15, 15), ms: 3000}), {good: true, text: 'Sent 5 = recorded 5, doubled 0, 3.0 s later.'});
  assert.equal(outcome({before: account(10, 10), after: account(15, 14), ms: 60000}).good, false);
  assert.equal(outcome({before: account(10, 10), after: account(15, 15, [], [{}]), ms: 1}).good, false);
  assert.equal(outcome({before: account(1, 1), after: account(1, 1, [effect('channels', 1, 0)]), ms: 1}).good, false);
  assert.deepEqual(outcome({before: account(1, 1, [effect('channels', 1), effect('issues', 2)]), after: account(1, 1, [effect('channels', 2), effect('issues', 2)]), ms: 10}),
    {good: true, text: 'Channels 1 = 1, doubled 0, at once.'});
});

test('whatever is switched on is switched off again, and the bot is left alive', () => {
  for (const {id, steps} of experiments) {
    const on = steps.filter((s) => s.with?.on === true).map((s) => s.do);
    const off = steps.filter((s) => s.with?.on === false && s.always).map((s) => s.do);
    assert.deepEqual(off.sort(), on.sort(), id);
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
    ['/api/faults/hold-events', false], ['/api/faults/duplicate-events', false]]);
});

test('calls that can be spoilt are named for people', () => {
  assert.equal(callName('slack', 'conversations.create'), 'Slack: make a channel');
  assert.equal(callName('gitlab', 'POST /new'), 'GitLab: POST /new');
  const [option] = callOptions({gitlab: ['POST /api/v4/projects/{id}/issues']});
  assert.equal(option.text, 'GitLab: open an issue');
  assert.deepEqual(callOf(option.value), {service: 'gitlab', method: 'POST /api/v4/projects/{id}/issues'});
  assert.deepEqual(callOptions(undefined), []);
});

test('a rule that waits is said in words', () => {
  const rule = {service: 'slack', method: 'conversations.create', kind: 'drop_after', times: 1};
  assert.equal(ruleLine(rule), 'the next “Slack: make a channel” loses its answer');
  assert.equal(ruleLine({...rule, kind: 'refuse', times: 3}), 'each of the next 3 “Slack: make a channel” is refused');
  assert.equal(ruleLine({service: '', method: '', kind: 'err_5xx_before', times: -1}), 'every “any service: any call” fails');
  assert.equal(ruleLine({service: 'slack', method: 'deliver', kind: 'lose_deliver', times: -1}), 'every “Slack: deliver” meets lose_deliver');
});
