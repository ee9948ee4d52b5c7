// Who is on call for what.

import {h, keyed} from '../dom.js';

/** Makes the list of services: {node, show(services)}. */
export function services() {
  const list = h('ul', {class: 'pd-services'});
  return {
    node: h('section', {class: 'card pd-card'}, h('h2', {text: 'On call now'}), list),
    show(all) {
      keyed(list, all, (s) => s.id + JSON.stringify(s.oncall), row);
    },
  };
}

function row(service) {
  return h(
    'li',
    {class: 'pd-service'},
    h('strong', {text: service.name}),
    h(
      'ul',
      {class: 'pd-levels'},
      (service.oncall ?? []).map((level) =>
        h('li', {}, `${place(level.level)}: `, level.names?.length ? level.names.join(', ') : 'nobody'),
      ),
    ),
  );
}

function place(level) {
  return level === 1 ? 'first' : level === 2 ? 'then' : `level ${level}`;
}
