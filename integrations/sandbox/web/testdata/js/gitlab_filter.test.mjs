import {test} from 'node:test';
import assert from 'node:assert/strict';
import {counts, labelList, labelsOf, matching} from '../../static/js/gitlab/filter.js';

const issues = [
  {iid: 1, title: 'Block the address', state: 'opened', labels: ['task', 'INC-1'], assignees: ['kim'], author: 'bot'},
  {iid: 2, title: 'Rotate the key', state: 'closed', labels: ['task'], assignees: ['sam'], author: 'bot'},
  {iid: 3, title: 'RCA INC-1', state: 'opened', labels: null, assignees: null, author: 'bot'},
];
const iids = (list) => list.map((issue) => issue.iid);

test('state, label and words all have to fit', () => {
  assert.deepEqual(iids(matching(issues)), [1, 3]);
  assert.deepEqual(iids(matching(issues, {state: 'closed'})), [2]);
  assert.deepEqual(iids(matching(issues, {state: 'all', label: 'task'})), [1, 2]);
  assert.deepEqual(iids(matching(issues, {state: 'all', text: 'KEY sam'})), [2]);
  assert.deepEqual(iids(matching(issues, {state: 'all', text: '#3'})), [3]);
});

test('counts and labels come from all issues', () => {
  assert.deepEqual(counts(issues), {opened: 2, closed: 1, all: 3});
  assert.deepEqual(labelsOf(issues), ['INC-1', 'task']);
});

test('labels are parted by commas', () => {
  assert.deepEqual(labelList(' a, b c ,,a'), ['a', 'b c']);
  assert.deepEqual(labelList(''), []);
});
