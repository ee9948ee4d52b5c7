// The faults on offer, in plain words: what happens, and what to expect.

/** Switches stay on until they are turned off. `on` reads the server's state. */
export const switches = [
  {
    id: 'slack-down',
    title: 'Slack is down',
    what: 'Every call to Slack fails with a 503, as in an outage.',
    expect: 'People go on talking. Nothing is posted until Slack is back, then everything is, once.',
  },
  {
    id: 'pagerduty-down',
    title: 'PagerDuty is down',
    what: 'Its API answers nothing. Phones still ring.',
    expect:
      'The bot says in its control channel that it is blind to pages. Pages that come meanwhile get their channel afterwards.',
  },
  {
    id: 'gitlab-down',
    title: 'GitLab is down',
    what: 'Every call to GitLab fails.',
    expect: 'Tasks are kept and their issues are made later, exactly one each.',
  },
  {
    id: 'duplicate-events',
    title: 'Slack delivers everything twice',
    what: 'Each event comes a second time, as Slack does when an answer is late.',
    expect: 'Each message stands once in the timeline all the same.',
  },
  {
    id: 'hold-events',
    title: 'Events come late and out of order',
    what: 'Some events wait; later ones overtake them.',
    expect: 'The timeline is in the order in which things were said.',
  },
];

/** Strikes happen once, when they are pressed. */
export const strikes = [
  {
    id: 'drop-socket',
    title: 'Cut the line to Slack',
    what: 'The connection breaks without a word.',
    expect: 'The bot reconnects within seconds and fetches what was said in between.',
  },
  {
    id: 'refuse-next',
    title: 'Refuse the next call',
    what: 'The next call of the bot is refused.',
    expect: 'The bot tries again, or tells people what it cannot do and how to go on.',
  },
];

/** Services whose next answer can be lost and which can limit the rate. */
export const services = [
  {id: 'slack', name: 'Slack'},
  {id: 'pagerduty', name: 'PagerDuty'},
  {id: 'gitlab', name: 'GitLab'},
];

export const lost = {
  title: 'Lose an answer',
  what: "The bot's next call that changes something takes effect, but the answer never arrives.",
  expect: 'The bot looks up what became of the call instead of doing it twice: no second channel, no second issue.',
};

export const limited = {
  title: 'Too many requests',
  what: 'The service answers 429: slow down.',
  expect: 'The bot waits as long as it was told and then goes on. Nothing is dropped.',
};

export const slow = {
  title: 'A slow network',
  what: 'Every call takes longer, both ways.',
  expect: 'Acknowledgements stay quick, because they are written to disk first; the rest takes as long as it takes.',
};

/** Says whether a switch is on in the server's answer; `service` picks one of several. */
export function isOn(state, id, service) {
  const found = state?.switches?.[id] ?? state?.switches?.[id.replaceAll('-', '_')];
  if (service === undefined) return found === true;
  if (Array.isArray(found)) return found.includes(service);
  return found === true || found?.[service] === true;
}

/** Lists what is on, as titles, so that nobody forgets a fault. */
export function active(state) {
  const on = switches.filter((s) => isOn(state, s.id)).map((s) => s.title);
  for (const s of services) if (isOn(state, 'rate-limit', s.id)) on.push(`${s.name} limits the rate`);
  const ms = slowness(state);
  return ms > 0 ? [...on, `Every call takes ${ms} ms more`] : on;
}

/** Reads how slow the network is, in milliseconds. */
export function slowness(state) {
  return Number(state?.switches?.slow ?? 0) || 0;
}
