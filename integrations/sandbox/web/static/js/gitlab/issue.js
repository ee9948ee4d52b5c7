// One issue in full: description, comments, links, and what can be changed.

import {h, clear} from '../dom.js';
import {icon} from '../icons.js';
import {button, form, lines} from '../form/field.js';
import {chip} from './list.js';
import {editors} from './edit.js';
import {markdown} from './render.js';
import {notes} from './notes.js';

/** Makes the view of an issue: {node, iid, show(issue, {users, issues})}. */
export function issueView(ctx, iid, send) {
  const parts = {
    title: h('h2', {class: 'gl-dtitle'}),
    marks: h('div', {class: 'gl-marks'}),
    about: h('p', {class: 'muted'}),
    text: h('div', {class: 'gl-text'}),
    links: h('div', {class: 'gl-links'}),
    quick: h('div', {class: 'gl-quick'}),
    comments: notes(ctx),
  };
  const edit = editors(ctx, iid, send);
  const comment = commentForm(iid, send);
  const node = h(
    'article',
    {class: 'card gl-issue', 'aria-label': `Issue ${iid}`},
    h('a', {class: 'pd-back', href: '#/gitlab'}, icon('back'), 'All issues'),
    parts.marks,
    parts.title,
    parts.about,
    edit.title,
    parts.text,
    edit.description,
    edit.fields,
    parts.links,
    parts.quick,
    h('h3', {text: 'Comments and history'}),
    parts.comments.node,
    comment.node,
  );
  const drawn = {};
  return {
    node,
    iid,
    show(issue, world) {
      draw(parts, issue, world, drawn, ctx);
      edit.show(issue, world);
      comment.show(issue);
    },
  };
}

function draw(parts, issue, world, drawn, ctx) {
  parts.title.textContent = issue.title;
  clear(parts.marks).append(...marks(issue));
  parts.about.textContent = `#${issue.iid}, opened by @${issue.author} ${ctx.time.ago(issue.created_at)}, changed ${ctx.time.ago(issue.updated_at)}`;
  if (changed(drawn, 'text', issue.description)) clear(parts.text).append(body(issue), source(issue));
  if (changed(drawn, 'links', [issue.links, world.issues])) links(parts.links, issue, world.issues);
  if (changed(drawn, 'quick', issue.quick)) quick(parts.quick, issue.quick ?? []);
  parts.comments.show(issue.notes ?? []);
}

/** Says whether a value differs from what was drawn last, and remembers it. */
function changed(drawn, key, value) {
  const now = JSON.stringify(value ?? null);
  if (drawn[key] === now) return false;
  drawn[key] = now;
  return true;
}

function marks(issue) {
  const closed = issue.state === 'closed';
  return [
    h('span', {class: ['tag', closed ? '' : 'good'], text: closed ? 'Closed' : 'Open'}),
    issue.confidential ? h('span', {class: 'tag warn'}, icon('lock'), 'Confidential') : null,
    ...(issue.labels ?? []).map(chip),
  ].filter(Boolean);
}

function body(issue) {
  return issue.description?.length ? markdown(issue.description) : h('p', {class: 'muted', text: 'No description.'});
}

function source(issue) {
  if (!issue.source) return '';
  return h('details', {class: 'gl-source'}, h('summary', {text: 'Markdown source'}), h('pre', {tabindex: 0, text: issue.source}));
}

function links(root, issue, all) {
  const rows = (issue.links ?? []).map((iid) => {
    const other = all.find((o) => o.iid === iid);
    return h(
      'li',
      {},
      h('a', {href: '#/gitlab/' + iid, text: `#${iid} ${other?.title ?? ''}`.trim()}),
      other?.state === 'closed' ? h('span', {class: 'muted', text: ' closed'}) : '',
    );
  });
  clear(root).append(...(rows.length ? [h('h3', {text: 'Linked issues'}), h('ul', {}, rows)] : []));
}

/** Quick actions that GitLab ran: worth seeing, since a text of the bot's must never cause one. */
function quick(root, all) {
  const rows = all.map((q) =>
    h('li', {}, h('code', {text: `/${q.command ?? q.Command} ${q.argument ?? q.Argument ?? ''}`.trim()}), ` by @${q.by ?? q.By}`),
  );
  clear(root).append(...(rows.length ? [h('h3', {text: 'Quick actions that ran'}), h('ul', {}, rows)] : []));
}

function commentForm(iid, send) {
  const text = lines('text', {'aria-label': 'Write a comment', placeholder: 'Write a comment', required: true});
  const state = button('Close issue', () => send(state.dataset.verb, {iid}));
  const node = form(
    async (values) => {
      await send('comment', {iid, text: values.text});
      text.value = '';
    },
    {class: 'gl-comment'},
    text,
    h('div', {class: 'gl-buttons'}, h('button', {class: 'btn primary', type: 'submit', text: 'Comment'}), state),
  );
  return {
    node,
    show(issue) {
      const open = issue.state !== 'closed';
      state.dataset.verb = open ? 'close' : 'reopen';
      state.textContent = open ? 'Close issue' : 'Reopen issue';
    },
  };
}
