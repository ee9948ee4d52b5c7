// Puts descriptors of nodes.js into the document.

import {h} from '../dom.js';
import {describe} from './nodes.js';

/** Makes a block of rendered Markdown from the server's nodes. */
export function markdown(nodes, props = {}) {
  return h('div', {class: 'gl-md', ...props}, describe(nodes).map(build));
}

function build(part) {
  if (typeof part === 'string') return part;
  return h(part.tag, part.props, part.children.map(build));
}
