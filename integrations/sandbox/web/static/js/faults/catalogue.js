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
    title: 'Slack keeps events back',
    what: 'Nothing arrives while this is on; then all of it comes at once, in no order.',
    expect: 'The timeline is in the order in which things were said.',
  },
];

/** What strikes once, when it is pressed. */
export const cut = {
  id: 'drop-socket',
  title: 'Cut the line to Slack',
  what: 'The connection breaks without a word.',
  expect: 'The bot reconnects within seconds and fetches what was said in between.',
};

/** Services whose next answer can be lost and which can limit the rate. */
export const services = [
  {id: 'slack', name: 'Slack'},
  {id: 'pagerduty', name: 'PagerDuty'},
  {id: 'gitlab', name: 'GitLab'},
];

export const lost = {
  title: 'Lose an answer',
  id: 'lose-next',
  what: "The bot's next call that changes something takes effect, but the answer never arrives.",
  expect: 'The bot looks up what became of the call instead of doing it twice: no second channel, no second issue.',
};

export const refused = {
  id: 'refuse-next',
  title: 'Refuse a call',
  what: 'The next such call is refused for good: this may not be done.',
  expect: 'The bot says what it could not do, and goes on with the rest.',
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

const calls = {
  __proto__: null,
  'chat.postMessage': 'post a message',
  'chat.update': 'update a message',
  'conversations.create': 'make a channel',
  'conversations.invite': 'invite people',
  'conversations.setTopic': 'set the topic',
  'bookmarks.add': 'add a bookmark',
  'views.open': 'open a form',
  'conversations.archive': 'archive a channel',
  'POST /incidents/{id}/notes': 'write a note',
  'PUT /incidents/{id}': 'acknowledge or change a page',
  'POST /incidents/{id}/responder_requests': 'ask for responders',
  'POST /v2/enqueue': 'send an event',
  'POST /api/v4/projects/{id}/issues': 'open an issue',
  'PUT /api/v4/projects/{id}/issues/{iid}': 'change an issue',
  'POST /api/v4/projects/{id}/issues/{iid}/notes': 'comment on an issue',
  'POST /api/v4/projects/{id}/issues/{iid}/links': 'link issues',
};

/** Says what a call is for: "Slack: make a channel". */
export function callName(service, method) {
  const name = services.find((s) => s.id === service)?.name ?? (service || 'any service');
  return `${name}: ${calls[method] ?? (method || 'any call')}`;
}

/** Lists the calls that can be spoilt one by one, as options of a choice. */
export function callOptions(writes) {
  return services.flatMap(({id}) =>
    (writes?.[id] ?? []).map((method) => ({value: `${id} ${method}`, text: callName(id, method)})),
  );
}

/** Parts an option's value into what the server wants. */
export function callOf(value) {
  const at = value.indexOf(' ');
  return {service: value.slice(0, at), method: value.slice(at + 1)};
}

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
