import {test} from 'node:test';
import assert from 'node:assert/strict';

// As much of a document as the button needs.
class Node {
  constructor(tag) {
    Object.assign(this, {tag, attributes: {}, children: [], dataset: {}});
  }
  setAttribute(name, value) {
    this.attributes[name] = String(value);
  }
  addEventListener() {}
  append(...more) {
    this.children.push(...more);
  }
  replaceChildren() {
    this.children = [];
  }
  /** The text, without what is hidden from those who listen. */
  get heard() {
    if (this.attributes['aria-hidden'] === 'true') return '';
    return (this.textContent ?? '') + this.children.map((c) => (c instanceof Node ? c.heard : c)).join('');
  }
}
globalThis.Node = Node;
globalThis.document = {createElement: (tag) => new Node(tag), createElementNS: (_, tag) => new Node(tag)};
const {mountPeople} = await import('../../static/js/people.js');

test('the button is called what can be read on it', () => {
  const me = {id: 'U1', name: 'sam', real_name: 'Sam Okafor', tz: 'UTC'};
  const button = mountPeople({state: {me, people: [me], on() {}}});
  assert.equal(button.heard, 'sam');
  assert.equal(button.attributes['aria-label'], undefined);
  assert.equal(button.title, 'You are Sam Okafor. Be somebody else');
});
