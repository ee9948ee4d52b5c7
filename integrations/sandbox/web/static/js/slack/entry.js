// Draws the fields that are typed into: text, numbers, dates, times.

import {h} from '../dom.js';
import {fromWall, toWall} from '../time.js';
import {words} from './text.js';
import {slot, flat, richText} from './values.js';
import {focusName} from './control.js';

const kinds = {
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'number',
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'datetime-local',
};

/** Draws a field; each change goes to the store, and to the app where it listens. */
export function entryField(b, e, env) {
  const tz = e.timezone || env.who.tz;
  const held = env.store.get(b.block_id, e)[slot(e.type)];
  const put = (last) => {
    env.store.put(b.block_id, e, valueOf(e, node.value, tz));
    if (count) tally(count, node.value, e.max_length);
    if (last) env.changed(b, e, asTyped(e, node.value, tz));
  };
  const each = /on_character_entered/.test((e.dispatch_action_config || {}).trigger_actions_on);
  const typing = /_input$/.test(e.type);
  const node = h(area(e) ? 'textarea' : 'input', {
    class: 'input',
    type: kinds[e.type] || null,
    placeholder: e.placeholder ? words(e.placeholder, env.who) : null,
    ...bounds(e),
    value: shown(e, held, tz),
    autocomplete: 'off',
    data: {focus: focusName(b, e)},
    'aria-label': env.surface === 'message' || b.type !== 'input' ? words(e.placeholder, env.who) || e.type : null,
    autofocus: e.focus_on_load || null,
    on: {
      input: () => put(each),
      change: () => {
        if (!each) put(!typing);
      },
      keydown: (k) => {
        if (typing && k.key === 'Enter' && (!area(e) || k.ctrlKey || k.metaKey)) {
          k.preventDefault();
          enter();
        }
      },
    },
  });
  const enter = () => {
    put(false);
    if (b.dispatch_action || b.type !== 'input') env.changed(b, e, asTyped(e, node.value, tz));
    else env.submit?.();
  };
  const count = e.max_length && e.type === 'plain_text_input' ? h('span', {class: 'count', 'aria-hidden': 'true'}) : null;
  if (count) tally(count, node.value, e.max_length);
  return count ? h('div', {class: 'counted'}, node, count) : node;
}

function area(e) {
  return e.multiline === true || e.type === 'rich_text_input';
}

function bounds(e) {
  if (e.type === 'number_input')
    return {
      min: e.min_value,
      max: e.max_value,
      step: e.is_decimal_allowed ? 'any' : '1',
      inputmode: e.is_decimal_allowed ? 'decimal' : 'numeric',
    };
  if (e.type === 'plain_text_input') return {minlength: e.min_length, maxlength: null};
  return {};
}

function shown(e, held, tz) {
  if (held === null || held === undefined) return '';
  if (e.type === 'datetimepicker') return toWall(held, tz);
  return e.type === 'rich_text_input' ? flat(held) : String(held);
}

function valueOf(e, typed, tz) {
  if (typed === '') return null;
  if (e.type === 'datetimepicker') return fromWall(typed, tz);
  return e.type === 'rich_text_input' ? richText(typed) : typed;
}

function asTyped(e, typed, tz) {
  return e.type === 'datetimepicker' && typed ? String(fromWall(typed, tz)) : typed;
}

function tally(count, text, most) {
  const left = most - [...text].length;
  count.textContent = left;
  count.classList.toggle('over', left < 0);
  count.classList.toggle('near', left >= 0 && left <= Math.max(20, most / 10));
}
