import {h} from '../dom.js';

/** Shows Slack. */
export function mount(root) {
  root.append(h('p', {class: 'empty', text: 'Slack is being built.'}));
  return {unmount() {}};
}
