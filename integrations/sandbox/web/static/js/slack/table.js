// Draws table blocks.

import {h} from '../dom.js';
import {parse} from './rich.js';
import {draw} from './render.js';

/** Draws a table block: rows of raw_text and rich_text cells, the first its head. */
export function grid(b, env) {
  const settings = b.column_settings || [];
  const cell = (tag) => (c, i) =>
    h(tag, {class: align(settings[i])}, c && c.type === 'rich_text' ? draw(parse(c), env.who) : String((c && c.text) ?? ''));
  const [head, ...rows] = b.rows || [];
  return h(
    'div',
    {class: 'table-wrap', tabindex: 0},
    h(
      'table',
      null,
      head ? h('thead', null, h('tr', null, head.map(cell('th')))) : null,
      h(
        'tbody',
        null,
        rows.map((r) => h('tr', null, r.map(cell('td')))),
      ),
    ),
  );
}

function align(setting) {
  return {right: 'at-right', center: 'at-center'}[setting && setting.align] || null;
}
