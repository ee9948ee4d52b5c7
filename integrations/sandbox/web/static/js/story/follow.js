// Goes along with the story: the window shows what the scene points at, until
// its person looks elsewhere.

import {parseLook, sameSpot} from './progress.js';

const remembered = 'firebreak.follow';

/** Makes a follower; `changed` is called when it starts or ends following. */
export function follower(ctx, changed) {
  let on = (sessionStorage.getItem(remembered) ?? (cameForAPlace(arrival()) ? 'no' : 'yes')) === 'yes';
  let spot = '';
  const set = (to) => {
    if (on === to) return;
    on = to;
    sessionStorage.setItem(remembered, on ? 'yes' : 'no');
    changed();
  };
  const go = (look) => {
    const {hash, as} = parseLook(look);
    if (!hash) return;
    if (as) ctx.state.setMe(as);
    spot = hash;
    if (!sameSpot(location.hash, hash)) ctx.route.go(hash);
  };
  const wander = () => {
    if (!on || !spot || sameSpot(location.hash, spot)) return;
    set(false);
    ctx.toast.say('You look around on your own now. Follow takes you back to the story.');
  };
  addEventListener('hashchange', wander);
  return {
    get on() {
      return on;
    },
    /** Starts or ends following; starting goes where the story is. */
    toggle(look) {
      set(!on);
      if (on) go(look);
    },
    /** Goes to a place if following. */
    see(look) {
      if (on) go(look);
    },
    /** Goes to a place in any case, and follows from there. */
    go(look) {
      set(true);
      go(look);
    },
    end() {
      removeEventListener('hashchange', wander);
    },
  };
}

/** Says whether an address names a place: whoever came for it is not led elsewhere. Pure. */
export function cameForAPlace(address) {
  const hash = address.includes('#') ? address.slice(address.indexOf('#')) : '';
  return !['', '#', '#/', '#/slack'].includes(hash.split('?')[0]);
}

/** Gives the address with which this window was opened. */
function arrival() {
  return performance.getEntriesByType('navigation')[0]?.name ?? '';
}
