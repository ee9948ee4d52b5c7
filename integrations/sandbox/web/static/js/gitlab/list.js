// The list of issues with its filter.

import {h, keyed} from '../dom.js';
import {choice, fillChoice, line} from '../form/field.js';
import {icon} from '../icons.js';
import {counts, labelsOf, matching} from './filter.js';

const states = {opened: 'Open', closed: 'Closed', all: 'All'};

/** Makes the list: {node, show(issues, chosen), seek(user)}. */
export function issueList(ctx) {
  const list = {ctx, issues: [], chosen: 0, filter: {state: 'opened', label: '', text: ''}};
  const set = (part) => {
    Object.assign(list.filter, part);
    draw(list);
  };
  build(list, set);
  return {
    node: list.node,
    show(issues, chosen) {
      Object.assign(list, {issues, chosen});
      draw(list);
    },
    /** Shows what a person opened or has to do. */
    seek(user) {
      list.find.value = user;
      set({state: 'all', label: '', text: user});
    },
  };
}

function build(list, set) {
  list.rows = h('ul', {class: 'gl-list', 'aria-label': 'Issues'});
  list.none = h('p', {class: 'empty gl-none', role: 'status'});
  list.tabs = Object.keys(states).map((state) =>
    h('button', {class: 'gl-tab', type: 'button', data: {state}, on: {click: () => set({state})}}),
  );
  const ask = 'Find an issue';
  list.find = line('find', {
    type: 'search',
    placeholder: ask,
    'aria-label': ask,
    on: {input: () => set({text: list.find.value})},
  });
  list.label = choice('label', [], '', {'aria-label': 'Label', on: {change: () => set({label: list.label.value})}});
  const tabs = h('div', {class: 'gl-tabs', role: 'group', 'aria-label': 'State'}, list.tabs);
  const filter = h('div', {class: 'gl-filter'}, list.find, list.label);
  const fresh = h('a', {class: 'btn gl-new', href: '#/gitlab'}, icon('plus'), 'New issue');
  list.node = h('section', {class: 'gl-issues', 'aria-label': 'Issues'}, tabs, filter, list.none, list.rows, fresh);
}

function draw(list) {
  const {issues, filter, rows, none} = list;
  const shown = matching(issues, filter);
  drawTabs(list.tabs, list);
  fillChoice(list.label, [{value: '', text: 'every label'}, ...labelsOf(issues)], filter.label);
  const key = (issue) => issue.iid;
  keyed(rows, shown, key, row, null);
  shown.forEach((issue, i) => rows.children[i].show(issue, issue.iid === list.chosen, list.ctx));
  none.hidden = shown.length > 0;
  none.textContent = issues.length === 0 ? 'No issues yet. In Slack, /inc task add makes the first.' : 'No issue matches.';
}

function drawTabs(tabs, list) {
  const n = counts(list.issues);
  for (const tab of tabs) {
    tab.textContent = `${states[tab.dataset.state]} ${n[tab.dataset.state]}`;
    tab.setAttribute('aria-pressed', String(tab.dataset.state === list.filter.state));
  }
}

function row() {
  const mark = h('span', {class: 'gl-state'});
  const title = h('span', {class: 'gl-title'});
  const about = h('span', {class: 'gl-about muted'});
  const labels = h('span', {class: 'gl-labels'});
  const link = h('a', {class: 'gl-row'}, h('span', {class: 'gl-line'}, mark, title), about, labels);
  const node = h('li', {}, link);
  node.show = (issue, chosen, ctx) => {
    link.href = '#/gitlab/' + issue.iid;
    if (chosen) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
    link.dataset.state = issue.state;
    mark.replaceChildren(
      icon(issue.state === 'closed' ? 'check' : 'gitlab'),
      h('span', {class: 'unseen', text: issue.state === 'closed' ? 'Closed: ' : 'Open: '}),
    );
    title.textContent = issue.title;
    about.replaceChildren(...aboutParts(issue, ctx));
    labels.replaceChildren(...(issue.labels ?? []).map(chip));
  };
  return node;
}

function aboutParts(issue, ctx) {
  const words = [
    `#${issue.iid}`,
    (issue.assignees ?? []).map((a) => '@' + a).join(', '),
    issue.due ? `due ${issue.due}` : '',
    issue.comments ? `${issue.comments} 💬` : '',
    ctx.time.ago(issue.updated_at),
  ];
  const text = words.filter(Boolean).join(' · ');
  return issue.confidential ? [icon('lock'), h('span', {class: 'unseen', text: 'Confidential. '}), text] : [text];
}

/** Draws a label. */
export function chip(name) {
  return h('span', {class: 'tag gl-chip', text: name});
}
