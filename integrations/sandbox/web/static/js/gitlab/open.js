// The form that opens an issue.

import {field, form, line, lines} from '../form/field.js';
import {h} from '../dom.js';
import {labelList} from './filter.js';

/** Makes the form; the new issue is shown when it is there. */
export function openForm(ctx, send) {
  const node = form(
    async ({title, description, labels}) => {
      const issue = await send('open', {title: title.trim(), description, labels: labelList(labels)});
      node.reset();
      ctx.toast.say('Opened.', 'good');
      if (issue?.iid) ctx.route.go('#/gitlab/' + issue.iid);
    },
    {class: 'card gl-card'},
    h('h2', {text: 'Open an issue yourself'}),
    h('p', {
      class: 'muted',
      text: 'Usually firebreak opens them: for each task, and for the root cause analysis. Choose one on the left to read it.',
    }),
    field('Title', line('title', {required: true, maxlength: 255})),
    field('Description', lines('description', {rows: 5}), 'Markdown. Lines such as /close are quick actions, as in GitLab.'),
    field('Labels', line('labels', {placeholder: 'firebreak, task'}), 'Parted by commas.'),
    h('div', {}, h('button', {class: 'btn primary', type: 'submit', text: 'Open issue'})),
  );
  return node;
}
