import {test} from 'node:test';
import assert from 'node:assert/strict';
import {deed, quote, weight} from '../../static/js/story/deed.js';
import {cameForAPlace} from '../../static/js/story/follow.js';
import {startsSmall} from '../../static/js/story/frame.js';
import {parseLook, placeName, reading, sameSpot, standing} from '../../static/js/story/progress.js';

const scenes = ['03:02 · A page wakes Sam', 'People gather'];
const state = (rest) => ({scenes, scene: 0, text: 'PagerDuty rings.', told: 'Kim answers', look: '#/slack/C1?as=sam', playing: false, waiting: true, speed: 1, done: false, error: '', ...rest});

test('a story that has not begun is introduced', () => {
  const now = reading(state({scene: -1}), false);
  assert.equal(now.phase, 'ready');
  assert.match(now.text, /Slack bot/);
  assert.equal(reading(state({scene: -1, playing: true}), false).phase, 'playing');
});

test('a scene is told with what comes next or happens now', () => {
  const now = reading(state({playing: true}));
  assert.deepEqual([now.phase, now.title, now.text, now.next, now.step], ['playing', scenes[0], 'firebreak is a Slack bot for security incidents. PagerDuty rings.', 'Next: Kim answers', 'Scene 1 of 2']);
  assert.equal(reading(state({scene: 1})).text, 'PagerDuty rings.');
  assert.equal(reading(state({waiting: false})).next, 'Now: Kim answers');
  assert.equal(reading(state({told: ''})).next, '');
});

test('the end invites, and trouble is told', () => {
  assert.equal(reading(state({done: true})).phase, 'done');
  const failed = reading(state({done: true, error: 'waited in vain'}));
  assert.deepEqual([failed.phase, failed.next], ['failed', 'waited in vain']);
  assert.equal(reading(null).phase, 'none');
  assert.equal(reading(state({scenes: []})).phase, 'none');
});

test('on a phone the strip starts folded, until it was unfolded', () => {
  assert.deepEqual([startsSmall(null, true), startsSmall(null, false)], ['yes', 'no']);
  assert.deepEqual([startsSmall('no', true), startsSmall('yes', false)], ['no', 'yes']);
});

test('the list of scenes knows past, now and ahead', () => {
  assert.deepEqual([0, 1, 2].map((i) => standing(i, 1)), ['past', 'now', 'ahead']);
});

test('a place to look at is a route of ours and perhaps a person', () => {
  assert.deepEqual(parseLook('#/slack/C1?as=sam&ts=1.2'), {hash: '#/slack/C1?ts=1.2', as: 'sam'});
  assert.deepEqual(parseLook('https://evil.example'), {hash: '', as: ''});
  assert.deepEqual(parseLook(undefined), {hash: '', as: ''});
  assert.equal(placeName('#/gitlab/3'), 'GitLab issue #3');
  assert.equal(placeName('#/slack/C1?as=sam', () => 'a channel', 'Sam'), 'Slack, as Sam');
  assert.equal(placeName('#/slack/C1?as=sam', () => '#inc-1', 'Sam'), '#inc-1, as Sam');
  assert.equal(placeName('#/slack/C1', () => '#' + 'x'.repeat(50)).length, 27);
});

test('a thread in the channel is still the same spot, another channel is not', () => {
  assert.ok(sameSpot('#/slack/C1', '#/slack/C1'));
  assert.ok(sameSpot('#/slack/C1/t/1.2', '#/slack/C1?ts=1'));
  assert.ok(sameSpot('#/slack/C1', '#/slack'));
  assert.ok(!sameSpot('#/slack/C12', '#/slack/C1'));
  assert.ok(!sameSpot('#/faults', '#/slack/C1'));
});

const say = {channel: () => '#inc-1', person: () => 'Sam', isBot: (id) => id === 'UBOT'};

test('the deeds of the bot are said in words, those of others not', () => {
  const told = (r) => deed({kind: 'effect', service: 'slack', ...r}, say);
  assert.equal(told({method: 'create_channel', text: 'inc-1', actor: 'UBOT'}), 'opened the channel #inc-1');
  assert.equal(told({method: 'message', text: '*hi* <@U1>', actor: 'UBOT'}), 'wrote in #inc-1: “hi Sam”');
  assert.equal(told({method: 'message', text: 'hi', actor: 'U1'}), '');
  assert.equal(told({method: 'ephemeral', actor: 'U1'}), 'answered Sam, whom alone it concerns');
  assert.equal(deed({kind: 'effect', service: 'gitlab', method: 'create issue', ref: '#1', text: 'Block'}, say), 'opened GitLab issue #1: “Block”');
  assert.equal(deed({kind: 'person', service: 'slack', method: 'message', actor: 'UBOT'}, say), '');
  assert.equal(told({method: 'constructor', actor: 'UBOT'}), '');
});

test('what changes little weighs less', () => {
  assert.ok(weight({method: 'create_channel'}) > weight({method: 'set_topic'}));
});

test('quotes are short and plain', () => {
  assert.equal(quote('a &lt;b&gt; <https://x|y> <!date^1^{time}|12:00>'), '“a <b> y 12:00”');
  assert.equal(quote('x'.repeat(200)).length, 73);
});

test('whoever came for a place is not led away from it', () => {
  for (const plain of ['http://x/', 'http://x/#', 'http://x/?as=kim#/slack', 'http://x/#/slack?as=kim']) assert.ok(!cameForAPlace(plain), plain);
  for (const named of ['http://x/#/faults', 'http://x/#/slack/C1', 'http://x/#/gitlab/3']) assert.ok(cameForAPlace(named), named);
});
