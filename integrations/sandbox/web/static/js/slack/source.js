// Where the options of selects come from, and how state.values holds them.

import {slot} from './values.js';
import {words} from './text.js';
import {called} from './who.js';

/** Makes load(typed): the groups of options, [{label, options: [{text, value, note}]}], perhaps later. */
export function source(e, env) {
  if (e.type.includes('external'))
    return async (typed) => [{label: '', options: (await env.suggest(e, typed)).map((o) => ({text: o.text, value: o.value}))}];
  return (typed) =>
    groups(e, env)
      .map((g) => ({...g, options: g.options.filter((o) => matches(o, typed))}))
      .filter((g) => g.options.length);
}

function matches(o, typed) {
  return !typed || `${o.text} ${o.note || ''}`.toLowerCase().includes(typed.toLowerCase());
}

function groups(e, env) {
  if (e.type.includes('static')) {
    const list = e.option_groups || [{options: e.options || []}];
    return list.map((g) => ({label: words(g.label, env.who), options: (g.options || []).map((o) => option(o, env))}));
  }
  if (e.type.includes('users')) return [{label: '', options: env.who.people.filter((p) => !p.deleted).map(person)}];
  const filter = e.filter || {};
  const channels = env.who.channels.filter(
    (c) =>
      !c.archived &&
      (e.type.includes('conversations') ? !filter.include || filter.include.includes(c.private ? 'private' : 'public') : !c.private),
  );
  return [{label: '', options: channels.map((c) => ({text: '#' + c.name, value: c.id}))}];
}

function option(o, env) {
  return {text: words(o.text, env.who), note: o.description ? words(o.description, env.who) : '', value: o.value, raw: o};
}

function person(p) {
  return {text: called(p), note: '@' + p.name, value: p.id};
}

/** What is chosen now, as options. */
export function chosen(block, e, env) {
  const held = env.store.get(block, e)[slot(e.type)];
  return [held]
    .flat()
    .filter(Boolean)
    .map((x) => {
      if (typeof x === 'object') return option(x, env);
      const p = env.who.user(x);
      const c = env.who.channel(x);
      return p ? person(p) : {text: c ? '#' + c.name : String(x), value: x};
    });
}

/** An option as state.values holds it. */
export function stored(e, o) {
  if (!slot(e.type).startsWith('selected_option')) return o.value;
  return o.raw || {text: {type: 'plain_text', text: o.text, emoji: true}, value: o.value};
}
