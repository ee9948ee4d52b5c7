// What the strip says at each point of the story. Pure.

import {shorter} from './deed.js';

const intro = {
  title: 'See what firebreak does in a bad night',
  lede: 'firebreak is a Slack bot for security incidents.',
  text: 'firebreak is a Slack bot for security incidents. The people here are scripted; all that the bot does is real.',
  next: 'Press Play, or Step to go one deed at a time.',
};

const over = {
  title: 'That was the whole incident',
  text: 'The sandbox is yours now: be anybody, write, page somebody, or try to break it.',
  next: '',
};

/** Reads a player's state: {phase, title, text, next, look, step, share, scenes}. */
export function reading(state, begun = true) {
  const scenes = state?.scenes ?? [];
  const at = Math.max(0, Math.min(state?.scene ?? 0, scenes.length - 1));
  const base = {scenes, at, look: state?.look ?? '', step: `Scene ${at + 1} of ${scenes.length}`, share: share(state, at)};
  if (!state || scenes.length === 0) return {...base, phase: 'none', title: '', text: '', next: '', step: ''};
  if (state.error) return {...base, phase: 'failed', title: scenes[at], text: 'The story has stopped.', next: state.error};
  if (state.done)
    return {
      ...base,
      title: over.title,
      next: over.next,
      text: state.text || over.text,
      phase: 'done',
      at: scenes.length,
      share: 1,
      step: 'The end',
    };
  if (!begun && !state.playing && (state.scene ?? 0) <= 0)
    return {
      ...base,
      title: intro.title,
      text: intro.text,
      next: intro.next,
      phase: 'ready',
      at: -1,
      share: 0,
      step: `${scenes.length} scenes, about three minutes`,
    };
  const phase = state.playing ? 'playing' : 'paused';
  const text = [at === 0 ? intro.lede : '', state.text].filter(Boolean).join(' ');
  return {...base, phase, title: state.title || scenes[at], text, next: upcoming(state)};
}

/** Says what is about to be done, or what is being done. */
function upcoming({told, waiting}) {
  if (!told) return '';
  return waiting === false ? `Now: ${told}` : `Next: ${told}`;
}

function share(state, at) {
  const all = state?.scenes?.length ?? 0;
  return all === 0 ? 0 : (at + 0.5) / all;
}

/** Says how a scene in the list stands: past, now or ahead. */
export function standing(i, at) {
  if (i < at) return 'past';
  return i === at ? 'now' : 'ahead';
}

/** Parts a place to look at into its hash and the person to be there. */
export function parseLook(look) {
  const [path, search = ''] = String(look ?? '').split('?');
  if (!path.startsWith('#/')) return {hash: '', as: ''};
  const query = new URLSearchParams(search);
  const as = query.get('as') ?? '';
  query.delete('as');
  const rest = query.toString();
  return {hash: path + (rest ? '?' + rest : ''), as};
}

/** Says whether a window at `here` still looks where the story points. */
export function sameSpot(here, hash) {
  const bare = (text) =>
    String(text ?? '')
      .split('?')[0]
      .replace(/\/$/, '');
  return bare(here) === bare(hash) || bare(here).startsWith(bare(hash) + '/');
}

const names = {__proto__: null, slack: 'Slack', pagerduty: 'PagerDuty', gitlab: 'GitLab', faults: 'Faults', ledger: 'the ledger'};

/** Gives the id of the channel that a hash names, or ''. */
export function channelOf(hash) {
  return /^#\/slack\/([CG][A-Z0-9]*)/.exec(hash)?.[1] ?? '';
}

/** Names a place to look at: "#inc-1, as Sam", "GitLab issue #3". */
export function placeName(look, channel = () => '', person = '') {
  const {hash} = parseLook(look);
  const [view = '', id = ''] = hash.replace(/^#\//, '').split('?')[0].split('/');
  const room = channel(channelOf(hash));
  const known = room.startsWith('#') ? shorter(room) : (names[view] ?? '');
  const place = view === 'gitlab' && id ? `GitLab issue #${id}` : known;
  return person && place ? `${place}, as ${person}` : place;
}
