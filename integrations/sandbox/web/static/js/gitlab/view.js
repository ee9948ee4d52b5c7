// The GitLab view: the issues that came of incidents, and one of them in full.

import {h, clear} from '../dom.js';
import {icon} from '../icons.js';
import {actor} from '../form/actor.js';
import {issueList} from './list.js';
import {issueView} from './issue.js';
import {openForm} from './open.js';

/** Mounts the view. */
export function mount(root, ctx) {
  const view = {root, ctx, data: null, open: null, asked: 0};
  view.actor = actor(ctx, 'GitLab');
  view.send = (verb, body) => send(view, verb, body);
  build(view);
  const load = () => reload(view);
  const hear = (record) => {
    if (record.service === 'gitlab' && record.kind !== 'request') ctx.live.soon(load);
  };
  const ends = [
    ctx.live.on('record', hear),
    ctx.live.on('open', () => ctx.live.soon(load)),
    ctx.route.on(() => show(view)),
    view.actor.end,
  ];
  load();
  return {
    unmount: () => {
      for (const end of ends) end();
    },
  };
}

function build(view) {
  view.list = issueList(view.ctx);
  view.form = openForm(view.ctx, view.send);
  view.side = h('div', {class: 'gl-side'});
  view.project = h('p', {
    class: 'muted',
    text: 'Tasks and root cause analyses become issues here, one each. Closed on either side, closed on both.',
  });
  clear(view.root).append(
    h(
      'div',
      {class: 'gl'},
      h('header', {class: 'gl-head'}, h('div', {}, h('h1', {text: 'GitLab'}), view.project), view.actor.node),
      view.list.node,
      view.side,
    ),
  );
}

async function reload(view) {
  view.data = await view.ctx.api.get('/api/gitlab');
  view.actor.show(view.data.users.filter((u) => !u.bot).map((u) => ({handle: u.username, name: u.name || u.username})));
  await show(view);
}

/** Shows the issue that the address names, or the form that opens one. */
async function show(view) {
  const at = view.ctx.route.at;
  if (at.view !== 'gitlab') return;
  view.root.firstChild.dataset.open = at.id ? 'yes' : 'no';
  if (view.data) view.list.show(view.data.issues, Number(at.id));
  if (at.query.user && at.query.user !== view.sought) view.list.seek((view.sought = at.query.user));
  if (!at.id) {
    view.open = null;
    if (view.side.firstChild !== view.form) clear(view.side).append(view.form);
    return;
  }
  await showIssue(view, at.id);
}

async function showIssue(view, iid) {
  const asked = ++view.asked;
  if (!view.data) return; // reload shows it
  if (!view.data.issues.some((issue) => String(issue.iid) === iid)) {
    view.open = null;
    clear(view.side).append(missing(iid));
    return;
  }
  const issue = await view.ctx.api.get('/api/gitlab/' + encodeURIComponent(iid)).catch((err) => {
    if (err.status !== 404) throw err;
    return null;
  });
  const still = view.ctx.route.at;
  if (asked !== view.asked || still.view !== 'gitlab' || still.id !== iid) return;
  if (!issue) {
    view.open = null;
    clear(view.side).append(missing(iid));
    return;
  }
  if (view.open?.iid !== issue.iid) {
    view.open = issueView(view.ctx, issue.iid, view.send);
    clear(view.side).append(view.open.node);
    view.root.scrollTop = 0;
  }
  view.open.show(issue, view.data);
}

function missing(iid) {
  return h(
    'div',
    {class: 'card'},
    h('a', {class: 'pd-back', href: '#/gitlab'}, icon('back'), 'All issues'),
    h('p', {class: 'empty', text: `There is no issue #${iid}.`}),
  );
}

/** Sends a deed and loads what became of it. */
async function send(view, verb, body) {
  const answer = await view.ctx.api.post('/api/gitlab/' + verb, {as: view.actor.handle(), ...body});
  await reload(view);
  return answer;
}
