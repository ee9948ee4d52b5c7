// What a person changes on an issue: title, description, fields.

import {h} from '../dom.js';
import {button, choice, field, fillChoice, form, line, lines} from '../form/field.js';
import {labelList} from './filter.js';

/** Makes the editors: {title, description, fields, show(issue, {users})}. */
export function editors(ctx, iid, send) {
  const title = folded('Edit title', line('title', {required: true, maxlength: 255, 'aria-label': 'Title'}), (v) =>
    send('title', {iid, title: v.title.trim()}),
  );
  const text = folded('Edit description', lines('description', {rows: 10, 'aria-label': 'Description'}), (v) =>
    send('description', {iid, description: v.description}),
  );
  const set = settings(ctx, iid, send);
  return {
    title: title.node,
    description: text.node,
    fields: set.node,
    show(issue, world) {
      title.fill(issue.title);
      text.fill(issue.source ?? '');
      set.show(issue, world);
    },
  };
}

/** A form below a disclosure; its text follows the issue while it is shut. */
function folded(label, input, save) {
  const node = h(
    'details',
    {class: 'gl-fold'},
    h('summary', {text: label}),
    form(
      async (values) => {
        await save(values);
        node.open = false;
        node.querySelector('summary').focus();
      },
      {class: 'gl-comment'},
      input,
      h(
        'div',
        {class: 'gl-buttons'},
        h('button', {class: 'btn primary small', type: 'submit', text: 'Save'}),
        button(
          'Cancel',
          () => {
            node.open = false;
          },
          {kind: 'small'},
        ),
      ),
    ),
  );
  let latest = '';
  node.addEventListener('toggle', () => {
    if (node.open) {
      input.value = latest;
      input.focus();
    }
  });
  return {
    node,
    fill(text) {
      latest = text;
    },
  };
}

function settings(ctx, iid, send) {
  const to = choice('to', [], '', {on: {change: () => send('assign', {iid, to: to.value})}});
  const due = line('due', {type: 'date', on: {change: () => send('due', {iid, due: due.value})}});
  const labels = line('labels', {placeholder: 'none'});
  const hidden = h('input', {type: 'checkbox', on: {change: () => send('confidential', {iid, on: hidden.checked})}});
  const save = form(
    () => send('labels', {iid, labels: labelList(labels.value)}),
    {class: 'gl-labelform'},
    field('Labels, parted by commas', labels),
    h('button', {class: 'btn', type: 'submit', text: 'Set labels'}),
  );
  const node = h(
    'div',
    {class: 'gl-fields'},
    field('Assigned to', to),
    field('Due', due),
    save,
    h('label', {class: 'gl-check'}, hidden, 'Confidential: only members may read it'),
  );
  return {
    node,
    show(issue, {users}) {
      const none = {value: '', text: 'nobody'};
      fillChoice(to, [none, ...users.map((u) => ({value: u.username, text: u.name || u.username}))]);
      calmly(to, issue.assignees?.[0] ?? '');
      calmly(due, issue.due ?? '');
      calmly(labels, (issue.labels ?? []).join(', '));
      hidden.checked = Boolean(issue.confidential);
    },
  };
}

/** Sets a value unless somebody is at it. */
function calmly(input, value) {
  if (document.activeElement !== input && input.value !== value) input.value = value;
}
