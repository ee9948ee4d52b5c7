import test from 'node:test';
import assert from 'node:assert/strict';
import {parse as route, slack} from '../../static/js/route.js';
import {initials, hue} from '../../static/js/avatar.js';
import {parse as rich} from '../../static/js/slack/rich.js';
import {parse as markdown} from '../../static/js/slack/markdown.js';
import {entry, flat, holders, initial, richText, store, typed} from '../../static/js/slack/values.js';
import {rows} from '../../static/js/slack/grouping.js';
import {completed, fitting, tokenAt} from '../../static/js/slack/completion_token.js';
import {rules, tooLarge} from '../../static/js/slack/attach.js';
import {inside} from '../../static/js/slack/links.js';
import {asTyped, plainLine} from '../../static/js/slack/original.js';

const text = (s) => ({t: 'text', s});
const who = {
  tz: 'UTC', user: (id) => id === 'U1' ? {id: 'U1', name: 'sam', real_name: 'Sam Okafor'} : null, channel: (id) => id === 'C1' ? {id, name: 'general'} : null,
  group: (id) => id === 'S1' ? {id, handle: 'ops'} : null, emoji: (n) => n === 'fire' ? '🔥' : '',
};

test('route: places of every view', () => {
  const base = {view: 'slack', channel: '', thread: '', home: false, id: '', query: {}};
  assert.deepEqual(route(''), base);
  assert.deepEqual(route('#/slack/C1'), {...base, channel: 'C1'});
  assert.deepEqual(route('#/slack/C1/t/17.5?ts=17.6'), {...base, channel: 'C1', thread: '17.5', query: {ts: '17.6'}});
  assert.deepEqual(route('#/slack/home'), {...base, home: true});
  assert.deepEqual(route('#/gitlab/12?as=kim'), {...base, view: 'gitlab', id: '12', query: {as: 'kim'}});
  assert.deepEqual(route('#/slack/%E0%A4'), {...base, channel: '%E0%A4'});
  assert.equal(slack('C1', '17.5', '17.6'), '#/slack/C1/t/17.5?ts=17.6');
  assert.equal(slack(''), '#/slack');
});

test('avatar: letters of names', () => {
  assert.equal(initials('Sam Okafor'), 'SO');
  assert.equal(initials('kim'), 'KI');
  assert.equal(initials('<b>'), 'B');
  assert.equal(initials(''), '?');
  assert.ok(hue('U1') >= 0 && hue('U1') < 8);
});

test('rich text: styles, lists in lists, quotes, code', () => {
  const section = (...elements) => ({type: 'rich_text_section', elements});
  const word = (s) => ({type: 'text', text: s});
  const item = (s) => ({t: 'item', c: [text(s)]});
  assert.deepEqual(rich({elements: [section({type: 'text', text: 'a', style: {bold: true, italic: true}}, {type: 'text', text: 'b', style: {code: true}})]}),
    [{t: 'para', c: [{t: 'bold', c: [{t: 'italic', c: [text('a')]}]}, {t: 'code', s: 'b'}]}]);
  const lists = rich({elements: [
    {type: 'rich_text_list', style: 'bullet', indent: 0, elements: [section(word('1')), section(word('2'))]},
    {type: 'rich_text_list', style: 'ordered', indent: 1, elements: [section(word('2a'))]},
    {type: 'rich_text_list', style: 'bullet', indent: 0, elements: [section(word('3'))]},
  ]});
  assert.equal(lists.length, 2);
  assert.deepEqual(lists[0].c[0], item('1'));
  assert.equal(lists[0].c[1].c[1].ordered, true);
  assert.deepEqual(lists[1].c, [item('3')]);
  assert.deepEqual(rich({elements: [{type: 'rich_text_preformatted', elements: [word('x\n y')]}, {type: 'novel'}]}), [{t: 'pre', s: 'x\n y'}, {t: 'unknown', s: 'novel'}]);
});

test('markdown: blocks and marks', () => {
  const kinds = (s) => markdown(s).map((n) => n.t);
  assert.deepEqual(kinds('# a\n\nb\n\n- c\n- d\n\n> e\n\n```\nf\n```\n\n---\n\n| g | h |\n|---|---|\n| 1 | 2 |'), ['heading', 'para', 'list', 'quote', 'pre', 'rule', 'table']);
  assert.deepEqual(markdown('**a** *b* ~~c~~ `d` [e](https://e.example)')[0].c.map((n) => n.t), ['bold', 'text', 'italic', 'text', 'strike', 'text', 'code', 'text', 'link']);
  assert.equal(markdown('- [x] done\n  - inner')[0].c[0].checked, true);
  assert.equal(markdown('- a\n  - inner')[0].c[0].c[1].t, 'list');
  assert.deepEqual(markdown('<b>x</b>'), [{t: 'para', c: [text('<b>x</b>')]}]);
  for (const piece of ['**a ', '[', '`', '> ', '- ', '|', '![a](', '_', '\\']) {
    const began = performance.now();
    markdown(piece.repeat(12000 / piece.length));
    assert.ok(performance.now() - began < 10000, piece);
  }
});

test('values: the shapes of state.values', () => {
  const option = (v) => ({text: {type: 'plain_text', text: v}, value: v});
  assert.deepEqual(initial({type: 'plain_text_input'}), {type: 'plain_text_input', value: null});
  assert.deepEqual(initial({type: 'plain_text_input', initial_value: 'x'}), {type: 'plain_text_input', value: 'x'});
  assert.deepEqual(initial({type: 'static_select', initial_option: option('a')}), {type: 'static_select', selected_option: option('a')});
  assert.deepEqual(initial({type: 'checkboxes'}), {type: 'checkboxes', selected_options: []});
  assert.deepEqual(initial({type: 'multi_users_select', initial_users: ['U1']}), {type: 'multi_users_select', selected_users: ['U1']});
  assert.deepEqual(initial({type: 'datetimepicker', initial_date_time: 17}), {type: 'datetimepicker', selected_date_time: 17});
  assert.deepEqual(entry({type: 'timepicker', timezone: 'Europe/Madrid'}, '09:00'), {type: 'timepicker', selected_time: '09:00', timezone: 'Europe/Madrid'});
  assert.deepEqual(entry({type: 'conversations_select'}, ''), {type: 'conversations_select', selected_conversation: null});
  assert.equal(typed({type: 'checkboxes', selected_options: [option('a'), option('b')]}), 'a,b');
  assert.equal(typed({type: 'users_select', selected_user: 'U1'}), 'U1');
  assert.equal(typed({type: 'datetimepicker', selected_date_time: 17}), '17');
  assert.equal(typed({type: 'rich_text_input', rich_text_value: richText('a\nb')}), 'a\nb');
  assert.equal(typed({type: 'static_select', selected_option: null}), '');
  assert.equal(flat(null), '');
});

test('values: a store keeps what was put while its field stays', () => {
  const field = {type: 'plain_text_input', action_id: 'a', initial_value: 'first'};
  const blocks = [{type: 'input', block_id: 'b', element: field}, {type: 'actions', block_id: 'c', elements: [{type: 'button', action_id: 'x'}, {type: 'datepicker', action_id: 'd'}]}];
  const s = store();
  assert.deepEqual(holders(blocks[1]).map((e) => e.action_id), ['d']);
  s.put('b', field, 'second');
  s.adopt({b: {a: {type: 'plain_text_input', value: 'the server has'}}, c: {d: {type: 'datepicker', selected_date: '2026-01-02'}}});
  assert.deepEqual(s.values(blocks), {b: {a: {type: 'plain_text_input', value: 'second'}}, c: {d: {type: 'datepicker', selected_date: '2026-01-02'}}});
  s.adopt({b: {a: {type: 'plain_text_input', value: 'late'}}, c: {d: {type: 'datepicker', selected_date: '2026-02-03'}}});
  assert.equal(s.values(blocks).c.d.selected_date, '2026-02-03');
  assert.deepEqual(s.get('b', {...field, type: 'number_input', initial_value: 3}), {type: 'number_input', value: '3'});
});

test('files for forms: what a field takes and holds', () => {
  const file = (id) => ({id, name: id + '.txt', size: 1});
  const field = {type: 'file_input', action_id: 'f'};
  assert.equal(rules(field), 'Up to 10 files');
  assert.equal(rules({max_files: 1, filetypes: ['txt', 'log']}), 'One file: txt, log');
  assert.equal(tooLarge([{name: 'a', size: 10 << 20}]), '');
  assert.equal(tooLarge([{name: 'a', size: 1}, {name: 'b', size: (10 << 20) + 1}]), 'b is larger than 10 MB.');
  assert.match(tooLarge(Array(3).fill({name: 'a', size: 8 << 20})), /20 MB/);
  const s = store();
  assert.deepEqual(s.get('b', field), {type: 'file_input', files: []});
  s.put('b', field, [file('F1'), file('F2')]);
  assert.equal(typed(s.get('b', field)), 'F1,F2');
});

test('grouping: days, what is new, who goes on', () => {
  const m = (ts, user, more) => ({ts: String(ts), user, ...more});
  const day = 86400;
  const list = [m(100, 'U1'), m(160, 'U1'), m(170, 'U2'), m(900, 'U2'), m(day + 5, 'U2'), m(day + 6, 'U2', {pinned: true})];
  const seen = rows(list, {tz: 'UTC', newFrom: '170'}).map((r) => r.kind === 'message' ? (r.compact ? '.' : 'M') : r.kind);
  assert.deepEqual(seen, ['day', 'M', '.', 'new', 'M', 'M', 'day', 'M', 'M']);
  assert.deepEqual(rows(list.slice(0, 3), {tz: 'UTC', thread: true}).map((r) => r.kind), ['message', 'replies', 'message', 'message']);
  const keys = rows(list, {tz: 'UTC'}).map((r) => r.key);
  assert.equal(new Set(keys).size, keys.length);
});

test('completion: what is before the caret', () => {
  assert.deepEqual(tokenAt('hi @sa', 6), {kind: '@', typed: 'sa', from: 3});
  assert.deepEqual(tokenAt('@', 1), {kind: '@', typed: '', from: 0});
  assert.deepEqual(tokenAt('see #in x', 7), {kind: '#', typed: 'in', from: 4});
  assert.deepEqual(tokenAt(':fi', 3), {kind: ':', typed: 'fi', from: 0});
  assert.deepEqual(tokenAt('/in', 3), {kind: '/', typed: 'in', from: 0});
  for (const none of ['a@b', '12:30', '/inc help', ': x', '`@sa', '```\n@sa', 'http://e.example']) assert.equal(tokenAt(none, none.length), null, none);
  assert.deepEqual(completed('hi @sa!', {from: 3}, 6, '@sam'), {text: 'hi @sam !', caret: 8});
  assert.deepEqual(fitting([{find: 'kim'}, {find: 'joakim'}, {find: 'sam', also: ['Kim Sam']}, {find: 'x'}], 'kim').map((o) => o.find), ['kim', 'sam', 'joakim']);
});

test('links: places of this window', () => {
  assert.equal(inside('https://examplecorp.slack.com/archives/C1/p1700000000000100'), '#/slack/C1?ts=1700000000.000100');
  assert.equal(inside('https://examplecorp.slack.com/archives/C1/p1700000000000100?thread_ts=1700000000.000001&cid=C1'), '#/slack/C1/t/1700000000.000001?ts=1700000000.000100');
  assert.equal(inside('https://sandbox.pagerduty.example/incidents/Q1'), '#/pagerduty/Q1');
  assert.equal(inside('https://gitlab.example/sec/ops/-/issues/12#note_1'), '#/gitlab/12');
  assert.equal(inside('https://example.com/'), '');
  assert.equal(inside('javascript:alert(1)'), '');
});

test('original: stored texts as typed and as plain lines', () => {
  assert.equal(asTyped('<@U1> in <#C1|general> &lt;b&gt; <https://e.example|e> <mailto:a@b.example|a@b.example> <!here> <!subteam^S1>', who), '@sam in #general <b> e a@b.example @here @ops');
  assert.equal(plainLine('*lead* <@U1> <#C1>\n:fire: <!date^0^{date_num}|x> <https://e.example|e> &amp;', who), 'lead @Sam Okafor #general 🔥 1970-01-01 e &');
});
