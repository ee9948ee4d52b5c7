// The story strip: what happens now, what the bot did about it, where to look.

import {reading} from './progress.js';
import {frame, lookAt, segments, write} from './frame.js';
import {controls} from './controls.js';
import {follower} from './follow.js';
import {naming} from './names.js';
import {ticker} from './ticker.js';
import {invitations} from './invite.js';

const begunKey = 'firebreak.begun';

/** Mounts the strip, which stays for good. */
export function mountStrip(root, ctx) {
  const strip = {root, ctx, state: null, look: '', begun: sessionStorage.getItem(begunKey) === 'yes'};
  strip.names = naming(ctx);
  strip.follow = follower(ctx, () => draw(strip));
  strip.buttons = controls(acts(strip));
  strip.ticker = ticker(ctx, strip.names);
  strip.parts = frame(root, {...strip.buttons, ticker: strip.ticker.node, look: () => strip.follow.go(strip.state?.look)});
  const ends = [ctx.live.on('story', (state) => take(strip, state)), ctx.state.on('me', () => draw(strip))];
  ctx.api
    .get('/api/story')
    .then((state) => take(strip, state))
    .catch(() => draw(strip));
  return {
    unmount: () => {
      for (const end of ends) end();
      strip.follow.end();
      strip.ticker.end();
    },
  };
}

function acts(strip) {
  const send = (verb, body) => () => order(strip, verb, body);
  return {
    play: send('play'),
    pause: send('pause'),
    step: send('step'),
    speed: (x) => order(strip, 'speed', {x}),
    follow: () => strip.follow.toggle(strip.state?.look),
  };
}

/** Sends an order; the first one ends the introduction. */
async function order(strip, verb, body) {
  if (verb === 'play' || verb === 'step') begin(strip);
  const state = await strip.ctx.api.post('/api/story/' + verb, body);
  if (state?.scenes) take(strip, state);
}

function begin(strip) {
  strip.begun = true;
  sessionStorage.setItem(begunKey, 'yes');
  strip.follow.see(strip.state?.look);
}

/** Takes a new state; a new place to look at is followed, the first one only if the story runs. */
function take(strip, state) {
  if (!state) return;
  const first = strip.state === null;
  if (state.playing || state.done || (state.scene ?? 0) > 0) strip.begun = true;
  strip.state = state;
  const moved = state.look !== strip.look;
  strip.look = state.look ?? '';
  if (strip.begun && (state.playing || (moved && !first))) strip.follow.see(state.look);
  draw(strip);
}

function draw(strip) {
  const {parts, state} = strip;
  const now = reading(state, strip.begun);
  strip.root.dataset.phase = now.phase;
  strip.root.dataset.follow = strip.follow.on ? 'yes' : 'no';
  write(parts.title, now.title);
  write(parts.step, now.step);
  write(parts.text, now.text);
  write(parts.next, now.next);
  segments(parts.bar, now);
  lookAt(parts.look, now, strip.names);
  strip.buttons.show(now, state, strip.follow.on);
  invitations(parts.more, now.phase, strip.ctx.api);
}
