import {test} from 'node:test';
import assert from 'node:assert/strict';
import {describe, textOf} from '../../static/js/gitlab/nodes.js';

const text = (s) => ({t: 'text', s});

test('a paragraph keeps its parts in order', () => {
  const [p] = describe([{t: 'p', c: [text('a '), {t: 'strong', c: [text('b')]}, {t: 'code', s: 'c <d>'}]}]);
  assert.equal(p.tag, 'p');
  assert.deepEqual(p.children.map((c) => c.tag ?? c), ['a ', 'strong', 'code']);
  assert.equal(textOf([p]), 'a bc <d>');
});

test('no tag but those that are known comes out', () => {
  const hostile = ['script', 'iframe', 'style', 'form', 'object', 'svg', 'constructor', '__proto__'];
  for (const t of hostile) assert.deepEqual(describe([{t, c: [text('x')], s: 'alert(1)'}]), ['x'], t);
});

test('markup in text stays text', () => {
  const evil = '<img src=x onerror=alert(1)>';
  assert.deepEqual(describe([text(evil)]), [evil]);
  assert.equal(textOf(describe([{t: 'pre', s: evil}])), evil);
});

test('comments between programs are not shown', () => {
  assert.equal(textOf(describe([{t: 'html', s: '<!-- firebreak:begin -->'}, text('a<!-- b\nc -->d')])), 'ad');
});

test('links follow the rule, and others lose their address but not their words', () => {
  const [issue, out, bad] = describe([
    {t: 'a', href: '#2', c: [text('#2')]},
    {t: 'a', href: 'https://example.com', c: [text('out')]},
    {t: 'a', href: 'javascript:alert(1)', c: [text('bad')]},
  ]);
  assert.deepEqual(issue.props, {href: '#/gitlab/2'});
  assert.deepEqual([out.props.href, out.props.rel, out.props.target], ['https://example.com', 'noopener noreferrer', '_blank']);
  assert.equal(bad.tag, 'span');
  assert.equal(bad.props.href, undefined);
  assert.equal(textOf([bad]), 'bad');
});

test('an image is a link with its words: nothing is loaded', () => {
  const [img] = describe([{t: 'img', href: 'https://evil.example/x.png', s: 'chart'}]);
  assert.equal(img.tag, 'a');
  assert.match(textOf([img]), /chart/);
  assert.equal(describe([{t: 'img', href: 'data:image/svg+xml,x', s: ''}])[0].tag, 'span');
});

test('a picture of the project is shown, what only looks like one is not', () => {
  const secret = '0123456789abcdef0123456789abcdef';
  const [a] = describe([{t: 'img', href: `/api/gitlab/uploads/${secret}/t.png`, s: 'timeline'}]);
  assert.deepEqual([a.children[0].tag, a.children[0].props.alt], ['img', 'timeline']);
  for (const href of [`/api/gitlab/uploads/${secret}/../../../x.png`, `//api/gitlab/uploads/${secret}/t.png`, `/uploads/${secret}/t.png`, 'https://x.example/api/gitlab/uploads/a/b.png']) {
    assert.notEqual(describe([{t: 'img', href, s: 'x'}])[0].children[0]?.tag, 'img', href);
  }
});

test('tables scroll and task boxes are named', () => {
  const [table] = describe([{t: 'table', c: [{t: 'tr', c: [{t: 'td', c: [text('x')]}]}]}]);
  assert.deepEqual([table.tag, table.children[0].tag], ['div', 'table']);
  const [done, open] = describe([{t: 'check', checked: true}, {t: 'check', checked: false}]);
  assert.deepEqual([done.props['aria-label'], open.props['aria-label']], ['done', 'not done']);
});

test('nesting without end, and what is no tree at all, does no harm', () => {
  let deep = text('bottom');
  for (let i = 0; i < 5000; i++) deep = {t: 'blockquote', c: [deep]};
  assert.doesNotThrow(() => describe([deep]));
  for (const odd of [null, undefined, 'x', 7, {}, [null], [[]], ['plain']]) assert.doesNotThrow(() => describe(odd));
});

test('a head without words is left out, one with words stays', () => {
  const row = (t, s) => ({t: 'tr', c: [{t, c: s ? [text(s)] : []}]});
  const rows = (head) => describe([{t: 'table', c: [row('th', head), row('td', 'x')]}])[0].children[0].children.length;
  assert.deepEqual([rows(''), rows('Name')], [1, 2]);
});
