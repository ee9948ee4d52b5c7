// Where a link of the sandbox's world leads. Slack, PagerDuty and GitLab are
// emulated, so their addresses open the matching view here instead of a
// website that does not exist.

const places = [
  {at: /\/-\/issues\/(\d+)(?:[?#].*)?$/, to: (m) => `#/gitlab/${m[1]}`},
  {at: /^https:\/\/[a-z0-9.-]+\.slack\.com\/archives\/([A-Z0-9]+)(?:\/p\d+)?(?:\?.*)?$/, to: (m) => `#/slack/${m[1]}`},
  {at: /^https:\/\/sandbox\.pagerduty\.example\/incidents\/([A-Z0-9]+)$/, to: (m) => `#/pagerduty/${m[1]}`},
];

const views = /^#\/(slack|pagerduty|gitlab|faults|ledger)(\/|\?|$)/;

/** Tells where href leads: {href, outside}, or null when it may not be followed. */
export function destination(href) {
  const text = String(href ?? '').trim();
  if (views.test(text)) return {href: text, outside: false};
  if (/^#\d+$/.test(text)) return {href: `#/gitlab/${text.slice(1)}`, outside: false};
  for (const place of places) {
    const found = place.at.exec(text);
    if (found && /^https?:/i.test(text)) return {href: place.to(found), outside: false};
  }
  return safe(text) ? {href: text, outside: true} : null;
}

/** Says whether a browser may be sent to an address that somebody wrote. */
function safe(text) {
  if (/[\u0000-\u0020\u007f]/.test(text)) return false;
  return /^https?:\/\/[^/]/i.test(text) || /^mailto:[^\s]+@/i.test(text);
}
