// What the bot did, in plain words, from a record of the ledger. Pure.

const slack = {
  __proto__: null,
  create_channel: (r) => `opened the channel #${shorter(r.text, 50)}`,
  archive: (r, say) => `archived ${say.channel(r.where)}`,
  set_topic: (r, say) => `put the state on top of ${say.channel(r.where)}`,
  set_purpose: () => '',
  ephemeral: (r, say) => `answered ${say.person(r.actor)}, whom alone it concerns`,
  message: (r, say) => `wrote in ${say.channel(r.where)}: ${quote(r.text, say.person)}`,
  message_changed: (r, say) => `brought a post in ${say.channel(r.where)} up to date`,
  bookmark_added: (r, say) => `put a link on top of ${say.channel(r.where)}`,
  view_opened: (r, say) => `opened a form for ${say.person(r.actor)}`,
};

const gitlab = {
  __proto__: null,
  'create issue': (r) => `opened GitLab issue ${r.ref}: ${quote(r.text)}`,
  'update issue': (r) => `brought GitLab issue ${r.ref} up to date`,
  note: (r) => `commented on GitLab issue ${r.ref}`,
  link: (r) => `linked GitLab issue ${r.ref} to ${r.text}`,
};

const pagerduty = {
  __proto__: null,
  update: (r) => (r.text === 'acknowledged' ? 'acknowledged the page' : `set the page to ${r.text}`),
  note: (r) => `left a note on the page: ${quote(r.text)}`,
  responder_request: () => 'asked for more responders',
};

/** Says what the bot did with this record, or '' when it is no deed of the bot's. */
export function deed(record, say) {
  if (record.kind !== 'effect') return '';
  const {service, method} = record;
  if (service === 'gitlab') return gitlab[method]?.(record) ?? '';
  if (service === 'pagerduty') return pagerduty[method]?.(record) ?? '';
  if (service !== 'slack' || !slack[method]) return '';
  const told = method === 'ephemeral' || method === 'view_opened' || say.isBot(record.actor);
  return told ? slack[method](record, say) : '';
}

const minor = new Set(['message_changed', 'set_topic', 'set_purpose', 'bookmark_added', 'update issue', 'link', 'update']);

/** Says how much a deed matters to somebody who watches: 2 or 1. */
export function weight(record) {
  return minor.has(record.method) ? 1 : 2;
}

/** Shortens what takes too much room. */
export function shorter(text, most = 26) {
  const letters = [...text];
  return letters.length > most ? letters.slice(0, most).join('') + '…' : text;
}

/** Quotes the first words of a text without its markup; `person` names those it mentions. */
export function quote(text, person = (id) => id, most = 70) {
  const plain = String(text ?? '')
    .replace(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id) => person(id))
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<@?([^>]*)>/g, '$1')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/[*_`]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return `“${shorter(plain, most)}”`;
}
