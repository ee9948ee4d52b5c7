// Reads what stands between < and > in mrkdwn. Pure.

/** Makes a node of one control sequence, null if it is none. */
export function token(body) {
  if (body.includes('\n')) return null;
  const [head, label] = cut(body, '|');
  if (/^@[UWB]\w+$/.test(head)) return {t: 'user', id: head.slice(1), label: plain(label)};
  if (/^#[CGD]\w+$/.test(head)) return {t: 'channel', id: head.slice(1), label: plain(label)};
  if (head[0] === '!') return special(head.slice(1), label);
  if (/^(https?|mailto|tel|slack):/i.test(head)) return link(head, label);
  return null;
}

function special(head, label) {
  if (/^(here|channel|everyone)$/.test(head)) return {t: 'range', s: head};
  const [kind, id, format, href] = head.split('^');
  if (kind === 'subteam' && id) return {t: 'group', id, label: plain(label)};
  if (kind === 'date' && /^-?\d+$/.test(id || '') && format) {
    return {t: 'date', at: Number(id), format: plain(format), href: href ? plain(href) : '', s: plain(label) || format};
  }
  return {t: 'text', s: plain(label) || `<${head}>`};
}

function link(head, label) {
  const href = plain(head);
  const shown = plain(label) || href.replace(/^mailto:/, '');
  return {t: 'link', href, c: [{t: 'text', s: shown}]};
}

function cut(text, at) {
  const i = text.indexOf(at);
  return i < 0 ? [text, ''] : [text.slice(0, i), text.slice(i + 1)];
}

/** Writes out &lt; &gt; &amp;. */
export function plain(text) {
  return (text || '').replace(/&(lt|gt|amp);/g, (_, name) => ({lt: '<', gt: '>', amp: '&'})[name]);
}
