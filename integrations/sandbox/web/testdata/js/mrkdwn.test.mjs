import test from 'node:test';
import assert from 'node:assert/strict';
import {parse} from '../../static/js/slack/mrkdwn.js';

const text = (s) => ({t: 'text', s});
const cases = {
  'bold italic strike': ['a *b* _c_ ~d~', [text('a '), {t: 'bold', c: [text('b')]}, text(' '), {t: 'italic', c: [text('c')]}, text(' '), {t: 'strike', c: [text('d')]}]],
  'nested': ['*a _b_ c*', [{t: 'bold', c: [text('a '), {t: 'italic', c: [text('b')]}, text(' c')]}]],
  'no mark inside a word': ['snake_case_name 2*3*4', [text('snake_case_name 2*3*4')]],
  'no mark beside a space': ['* a * b', [text('* a * b')]],
  'mark not over a line': ['*a\nb*', [text('*a'), {t: 'br'}, text('b*')]],
  'mark around punctuation': ['(*a*), *b*.', [text('('), {t: 'bold', c: [text('a')]}, text('), '), {t: 'bold', c: [text('b')]}, text('.')]],
  'code keeps marks': ['`a *b* &lt;c&gt;`', [{t: 'code', s: 'a *b* <c>'}]],
  'code inside bold is not its end': ['*a `*` b*', [{t: 'bold', c: [text('a '), {t: 'code', s: '*'}, text(' b')]}]],
  'code block': ['x\n```\na\n b\n```\ny', [text('x'), {t: 'pre', s: 'a\n b'}, text('y')]],
  'open fence': ['a ```b', [text('a ```b')]],
  'quote': ['&gt; a\n&gt; b\nc', [{t: 'quote', c: [text('a'), {t: 'br'}, text('b')]}, text('c')]],
  'quote of the rest': ['a\n&gt;&gt;&gt;b\nc', [text('a'), {t: 'quote', c: [text('b'), {t: 'br'}, text('c')]}]],
  'entities once': ['&amp;lt; &lt;b&gt;', [text('&lt; <b>')]],
  'user': ['<@U123ABC>', [{t: 'user', id: 'U123ABC', label: ''}]],
  'user with label': ['<@W1|sam>', [{t: 'user', id: 'W1', label: 'sam'}]],
  'channel': ['<#C1|gen&amp;eral>', [{t: 'channel', id: 'C1', label: 'gen&eral'}]],
  'ranges': ['<!here> <!channel|x>', [{t: 'range', s: 'here'}, text(' '), {t: 'range', s: 'channel'}]],
  'group': ['<!subteam^S1|@ops>', [{t: 'group', id: 'S1', label: '@ops'}]],
  'link': ['<https://a.example/?a=1&amp;b=2|the &lt;x&gt;>', [{t: 'link', href: 'https://a.example/?a=1&b=2', c: [text('the <x>')]}]],
  'mail': ['<mailto:a@b.example|a@b.example>', [{t: 'link', href: 'mailto:a@b.example', c: [text('a@b.example')]}]],
  'no link of other schemes': ['<javascript:alert(1)|x>', [text('<javascript:alert(1)|x>')]],
  'markup is text': ['<script>alert(1)</script><img src=x>', [text('<script>alert(1)</script><img src=x>')]],
  'date': ['<!date^1392734382^{date} at {time}^https://e.example/|Feb 18>', [{t: 'date', at: 1392734382, format: '{date} at {time}', href: 'https://e.example/', s: 'Feb 18'}]],
  'unknown special': ['<!foo|bar>', [text('bar')]],
  'emoji': [':tada: :wave::skin-tone-3:', [{t: 'emoji', name: 'tada', skin: 0, s: ':tada:'}, text(' '), {t: 'emoji', name: 'wave', skin: 3, s: ':wave::skin-tone-3:'}]],
  'link in bold': ['*<https://e.example/_a_|_x_>*', [{t: 'bold', c: [{t: 'link', href: 'https://e.example/_a_', c: [text('_x_')]}]}]],
};

for (const [name, [source, tree]] of Object.entries(cases)) {
  test('mrkdwn: ' + name, () => assert.deepEqual(parse(source), tree));
}

test('mrkdwn: bare links and lists only when asked for', () => {
  assert.deepEqual(parse('see https://e.example/a.'), [text('see https://e.example/a.')]);
  assert.deepEqual(parse('see https://e.example/a.', {bare: true}),
    [text('see '), {t: 'link', href: 'https://e.example/a', c: [text('https://e.example/a')]}, text('.')]);
  assert.deepEqual(parse('a\n- b\n- c\nd', {lists: true}),
    [text('a'), {t: 'list', ordered: false, start: 1, c: [{t: 'item', c: [text('b')]}, {t: 'item', c: [text('c')]}]}, text('d')]);
  assert.equal(parse('3. x\n4. y', {lists: true})[0].start, 3);
});

test('mrkdwn: hostile texts end soon', () => {
  for (const piece of ['*a ', '_', '<', '<@', '`', '```', ':a', '&gt;', '<!date^1^', '*_~', '- a\n', '> \n']) {
    const began = performance.now();
    parse(piece.repeat(40000 / piece.length), {bare: true, lists: true});
    assert.ok(performance.now() - began < 10000, piece);
  }
});
