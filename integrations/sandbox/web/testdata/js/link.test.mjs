import {test} from 'node:test';
import assert from 'node:assert/strict';
import {destination} from '../../static/js/form/link.js';

test('addresses of the emulated services open the view here', () => {
  const inside = {
    'http://127.0.0.1:43447/security/incidents/-/issues/3': '#/gitlab/3',
    'https://examplecorp.slack.com/archives/C01ABC/p1700000000000100': '#/slack/C01ABC',
    'https://sandbox.pagerduty.example/incidents/Q9EA8X': '#/pagerduty/Q9EA8X',
    '#12': '#/gitlab/12',
    '#/gitlab?user=kim': '#/gitlab?user=kim',
  };
  for (const [from, to] of Object.entries(inside)) assert.deepEqual(destination(from), {href: to, outside: false}, from);
});

test('only http, https and mailto lead outside', () => {
  assert.deepEqual(destination('https://example.com/x?y=1'), {href: 'https://example.com/x?y=1', outside: true});
  assert.deepEqual(destination('mailto:sam@example.com'), {href: 'mailto:sam@example.com', outside: true});
  const never = ['javascript:alert(1)', ' JaVaScRiPt:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd',
    '//evil.example', '/api/faults/kill', 'http://', 'https:///x', '#anchor', '#/evil', '', null, undefined, 'http://a b'];
  for (const href of never) assert.equal(destination(href), null, String(href));
});
