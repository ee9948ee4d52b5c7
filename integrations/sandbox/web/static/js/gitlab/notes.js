// Comments and lines of history below an issue.

import {h, keyed} from '../dom.js';
import {avatar} from '../avatar.js';
import {markdown} from './render.js';

/** Makes the list: {node, show(notes)}. */
export function notes(ctx) {
  const node = h('ol', {class: 'gl-notes'});
  return {
    node,
    show: (all) =>
      keyed(
        node,
        all,
        (n, i) => `${i}:${n.at}:${JSON.stringify(n.body)}`,
        (n) => row(n, ctx),
      ),
  };
}

function row(note, ctx) {
  const when = h('span', {class: 'muted', text: ctx.time.ago(note.at), title: note.at});
  if (note.system) {
    return h('li', {class: 'gl-system'}, h('span', {class: 'muted'}, `@${note.author} `), markdown(note.body), when);
  }
  return h(
    'li',
    {class: 'gl-note'},
    avatar(note.author, note.author, 's'),
    h(
      'div',
      {class: 'gl-said'},
      h('p', {class: 'gl-who'}, h('strong', {text: '@' + note.author}), ' ', when),
      markdown(note.body),
    ),
  );
}
