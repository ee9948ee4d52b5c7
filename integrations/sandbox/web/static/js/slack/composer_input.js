// A field for messages: grows, completes, sends with Enter.

import {h} from '../dom.js';
import {completion} from './completion.js';

/** Makes the field. up is called for arrow-up in an empty field; input on each change. */
export function makeInput(desk, {label, value = '', placeholder = '', send, cancel, up, input = () => {}, commands = true, paste}) {
  const field = h('textarea', {
    class: 'compose-field',
    rows: 1,
    placeholder,
    'aria-label': label,
    value,
    spellcheck: 'true',
    enterkeyhint: 'send',
  });
  const grow = () => {
    field.style.setProperty('height', 'auto');
    field.style.setProperty('height', Math.min(field.scrollHeight, innerHeight * 0.4) + 'px');
  };
  const changed = () => {
    grow();
    input();
  };
  const complete = completion(field, desk, {commands, changed});
  field.addEventListener('input', () => {
    changed();
    complete.look();
  });
  field.addEventListener('click', complete.look);
  field.addEventListener('keydown', (e) => {
    if (e.isComposing || complete.key(e)) return;
    if (e.key === 'Enter' && !e.shiftKey && !e.altKey && !inCode(field)) {
      e.preventDefault();
      send();
    } else if (e.key === 'Escape' && cancel) {
      e.preventDefault();
      e.stopPropagation();
      cancel();
    } else if (e.key === 'ArrowUp' && up && !field.value) {
      e.preventDefault();
      up();
    } else if ((e.ctrlKey || e.metaKey) && marks[e.shiftKey ? '+' + e.key.toLowerCase() : e.key]) {
      e.preventDefault();
      wrap(marks[e.shiftKey ? '+' + e.key.toLowerCase() : e.key]);
    }
  });
  if (paste)
    field.addEventListener('paste', (e) => {
      if (e.clipboardData.files.length) {
        e.preventDefault();
        paste([...e.clipboardData.files]);
      }
    });
  function wrap(mark) {
    const {selectionStart: a, selectionEnd: b} = field;
    field.setRangeText(mark + field.value.slice(a, b) + mark, a, b, 'end');
    if (a === b) field.setSelectionRange(a + 1, a + 1);
    changed();
  }
  function insert(text) {
    const {selectionStart: a, selectionEnd: b} = field;
    field.setRangeText((a && /\S/.test(field.value[a - 1]) && text.length > 1 ? ' ' : '') + text, a, b, 'end');
    field.focus();
    changed();
    complete.look();
  }
  return {
    root: h('div', {class: 'compose-wrap'}, complete.root, field),
    field,
    insert,
    value: () => field.value,
    set(text) {
      field.value = text;
      grow();
      complete.hide();
    },
    focus() {
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
      grow();
    },
  };
}

const marks = {b: '*', i: '_', '+x': '~', '+c': '`'};

// inCode says whether the caret stands in an open code block, where Enter is a
// new line.
function inCode(field) {
  return field.value.slice(0, field.selectionStart).split('```').length % 2 === 0;
}
