// The list of issues with its filter.

import {h, keyed} from '../dom.js';
import {choice, fillChoice, line} from '../form/field.js';
import {icon} from '../icons.js';
import {counts, labelsOf, matching} from './filter.js';

const states = {opened: 'Open', closed: 'Closed', all: 'All'};

/** Makes the list: {node, show(issues, chosen)}. */
export function issueList(ctx) {
  const list = {issues: [], chosen: 0, filter: {state: 'opened', label: '', text: ''}};
  const rows = h('ul', {class: 'gl-list', 'aria-label': 'Issues'});
  const none = h('p', {class: 'empty gl-none', role: 'status'});
  const set = (part) => { Object.assign(list.filter, part); draw(); };
  const tabs = Object.keys(states).map((s) => h('button', {class: 'gl-tab', type: 'button', data: {state: s}, on: {click: () => set({state: s})}}));
  const find = line('find', {type: 'search', placeholder: 'Find an issue', 'aria-label': 'Find an issue', on: {input: () => set({text: find.value})}});
  const label = choice('label', [], '', {'aria-label': 'Label', on: {change: () => set({label: label.value})}});
  const draw = () => {
    const shown = matching(list.issues, list.filter);
    drawTabs(tabs, list);
    fillChoice(label, [{value: '', text: 'every label'}, ...labelsOf(list.issues)], list.filter.label);
    keyed(rows, shown, (issue) => issue.iid, () => row(), null);
    shown.forEach((issue, i) => rows.children[i].show(issue, issue.iid === list.chosen, ctx));
    none.hidden = shown.length > 0;
    none.textContent = list.issues.length === 0 ? 'No issues yet. In Slack, /inc task add makes the first.' : 'No issue matches.';
  };
  return {
    node: h('section', {class: 'gl-issues', 'aria-label': 'Issues'}, h('div', {class: 'gl-tabs', role: 'group', 'aria-label': 'State'}, tabs),
      h('div', {class: 'gl-filter'}, find, label), none, rows,
      h('a', {class: 'btn gl-new', href: '#/gitlab'}, icon('plus'), 'New issue')),
    show(issues, chosen) { Object.assign(list, {issues, chosen}); draw(); },
    /** Shows what a person opened or has to do. */
    seek(user) { find.value = user; set({state: 'all', label: '', text: user}); },
  };
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
    if (chosen) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current');
    link.dataset.state = issue.state;
    mark.replaceChildren(icon(issue.state === 'closed' ? 'check' : 'gitlab'), h('span', {class: 'unseen', text: issue.state === 'closed' ? 'Closed: ' : 'Open: '}));
    title.textContent = issue.title;
    about.replaceChildren(...aboutParts(issue, ctx));
    labels.replaceChildren(...(issue.labels ?? []).map(chip));
  };
  return node;
}

function aboutParts(issue, ctx) {
  const words = [`#${issue.iid}`, (issue.assignees ?? []).map((a) => '@' + a).join(', '), issue.due ? `due ${issue.due}` : '', issue.comments ? `${issue.comments} 💬` : '', ctx.time.ago(issue.updated_at)];
  const text = words.filter(Boolean).join(' · ');
  return issue.confidential ? [icon('lock'), h('span', {class: 'unseen', text: 'Confidential. '}), text] : [text];
}

/** Draws a label. */
export function chip(name) {
  return h('span', {class: 'tag gl-chip', text: name});
}
