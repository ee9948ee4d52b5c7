// Finds what somebody is about to complete, and what it could be. Pure.

/** The token before the caret: {kind: '@' '#' ':' or '/', typed, from}, or null. */
export function tokenAt(text, caret) {
  const before = text.slice(0, caret);
  const command = /^\/(\S*)$/.exec(before);
  if (command) return {kind: '/', typed: command[1], from: 0};
  const m = /(?:^|[\s([{"'*_~])([@#]([\p{L}\p{N}._-]*)|:([a-z0-9_+-]{2,}))$/iu.exec(before);
  if (!m || fenced(before)) return null;
  return {kind: m[1][0], typed: (m[2] ?? m[3] ?? '').toLowerCase(), from: caret - m[1].length};
}

// fenced says whether the caret stands in code.
function fenced(before) {
  if (before.split('```').length % 2 === 0) return true;
  return before.slice(before.lastIndexOf('\n') + 1).split('`').length % 2 === 0;
}

/** Orders options by how well their names fit: from the beginning, then anywhere. */
export function fitting(options, typed, most = 8) {
  const t = typed.toLowerCase();
  const rank = (o) =>
    Math.min(
      ...[o.find, ...(o.also || [])].map((x) => {
        const at = String(x || '')
          .toLowerCase()
          .indexOf(t);
        return at < 0 ? 9 : at === 0 ? 0 : /[\s._-]/.test(x[at - 1]) ? 1 : 2;
      }),
    );
  return options
    .map((o) => [rank(o), o])
    .filter(([r]) => r < 9)
    .sort(([a], [b]) => a - b)
    .slice(0, most)
    .map(([, o]) => o);
}

/** The text with the token replaced, and where the caret goes. */
export function completed(text, token, caret, put) {
  const head = text.slice(0, token.from) + put;
  const tail = text.slice(caret);
  const space = /^\s/.test(tail) ? '' : ' ';
  return {text: head + space + tail, caret: head.length + 1};
}
