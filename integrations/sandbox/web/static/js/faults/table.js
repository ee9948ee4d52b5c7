// The account as tables: each channel and each kind of effect.

import {h, clear} from '../dom.js';
import {count, effectTone, rowTone} from './account.js';

const marks = {good: 'exact', wait: 'catching up', bad: 'wrong'};

/** Makes the section: {node, show(account)}. */
export function accountTable() {
  const said = h('tbody');
  const done = h('tbody');
  const none = h('p', {class: 'muted', text: 'No incident yet.'});
  const missing = h('ul', {class: 'fx-missing'});
  const first = wrap(
    'What people said against what the bot recorded',
    ['Channel', 'Sent', 'Recorded', 'Missing', 'Doubled', ''],
    said,
  );
  const second = wrap('What the bot was asked to do against what was done', ['Effect', 'Asked', 'Done', 'Doubled', ''], done);
  return {
    node: h(
      'section',
      {class: 'fx-account', 'aria-labelledby': 'fx-account'},
      h('h2', {id: 'fx-account', text: 'The account'}),
      h('p', {
        class: 'muted',
        text: 'Left: what really happened, counted by the sandbox. Right: what stands in the bot’s own file.',
      }),
      none,
      first,
      missing,
      second,
    ),
    show(account) {
      const {channels = [], effects = []} = account ?? {};
      none.hidden = channels.length > 0 || effects.length > 0;
      first.hidden = channels.length === 0;
      second.hidden = effects.length === 0;
      clear(said).append(...channels.map(channelRow));
      clear(done).append(...effects.map(effectRow));
      clear(missing).append(...channels.flatMap(lost));
    },
  };
}

function wrap(caption, heads, body) {
  return h(
    'div',
    {class: 'fx-scroll', tabindex: 0, role: 'group', 'aria-label': caption},
    h(
      'table',
      {class: 'fx-table'},
      h('caption', {text: caption}),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads.map((t, i) =>
            h('th', {scope: 'col', class: i > 0 ? 'fx-num' : null}, t || h('span', {class: 'unseen', text: 'State'})),
          ),
        ),
      ),
      body,
    ),
  );
}

function channelRow(row) {
  const name = h(
    'th',
    {scope: 'row'},
    h('a', {href: '#/slack/' + encodeURIComponent(row.id), text: '#' + row.name}),
    row.incident ? h('span', {class: 'muted', text: ` ${row.incident}`}) : null,
  );
  return h(
    'tr',
    {data: {tone: rowTone(row)}},
    name,
    num(row.said),
    num(row.recorded),
    num(count(row.missing)),
    num(count(row.doubled)),
    mark(rowTone(row)),
  );
}

function effectRow(row) {
  return h(
    'tr',
    {data: {tone: effectTone(row)}},
    h('th', {scope: 'row', text: row.what}),
    num(row.asked),
    num(row.done),
    num(row.doubled ?? 0),
    mark(effectTone(row)),
  );
}

function num(n) {
  return h('td', {class: 'fx-num', text: String(n ?? 0)});
}

function mark(tone) {
  return h('td', {class: 'fx-num'}, h('span', {class: ['tag', tone === 'wait' ? 'warn' : tone], text: marks[tone]}));
}

/** Names what is missing or doubled, so that it can be looked at. */
function lost(row) {
  const tell = (word, list) =>
    (Array.isArray(list) ? list : [])
      .slice(0, 8)
      .map((m) => h('li', {}, h('strong', {text: word}), ` in #${row.name}: `, h('q', {text: m.text || m.ts})));
  return [...tell('Not yet recorded', row.missing), ...tell('Twice', row.doubled)];
}
