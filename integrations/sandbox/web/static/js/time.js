// Times as a person in their zone reads them. Pure.

const formats = new Map();

function format(tz, options) {
  const key = tz + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, make(tz, options));
  return formats.get(key);
}

function make(tz, options) {
  try {
    return new Intl.DateTimeFormat('en-US', {...options, timeZone: tz || 'UTC'});
  } catch {
    return new Intl.DateTimeFormat('en-US', {...options, timeZone: 'UTC'});
  }
}

/** Makes a Date of a Slack ts, seconds, RFC 3339 or a Date. */
export function when(x) {
  if (x instanceof Date) return x;
  if (typeof x === 'number') return new Date(x * 1000);
  return /^\d+(\.\d+)?$/.test(x) ? new Date(parseFloat(x) * 1000) : new Date(x);
}

/** "14:05" in the zone. */
export function clock(date, tz) {
  return format(tz, {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'}).format(when(date));
}

/** "14:05:09" in the zone. */
export function clockSeconds(date, tz) {
  return format(tz, {hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'}).format(when(date));
}

/** "2026-11-27" in the zone. */
export function day(date, tz) {
  const p = parts(date, tz);
  return `${p.year}-${String(p.monthNumber).padStart(2, '0')}-${String(p.day).padStart(2, '0')}`;
}

/** "3 min ago", "in 2 h", "just now". */
export function ago(date, now = new Date()) {
  const s = Math.round((when(now) - when(date)) / 1000);
  const far = Math.abs(s);
  if (far < 10) return 'just now';
  const [n, unit] =
    far < 60
      ? [far, 's']
      : far < 3600
        ? [Math.round(far / 60), 'min']
        : far < 86400
          ? [Math.round(far / 3600), 'h']
          : [Math.round(far / 86400), far < 129600 ? 'day' : 'days'];
  return s > 0 ? `${n} ${unit} ago` : `in ${n} ${unit}`;
}

/** "Today", "Yesterday" or "Friday, November 27th". */
export function dayName(date, tz, now = new Date()) {
  const near = relative(date, tz, now);
  const p = parts(date, tz);
  return near ? near[0].toUpperCase() + near.slice(1) : `${p.weekday}, ${p.month} ${ordinal(p.day)}`;
}

function relative(date, tz, now) {
  const shift = (n) => day(new Date(when(now).getTime() + n * 86400000), tz);
  return {[shift(0)]: 'today', [shift(-1)]: 'yesterday', [shift(1)]: 'tomorrow'}[day(date, tz)] || '';
}

function parts(date, tz) {
  const at = when(date);
  const p = Object.fromEntries(
    format(tz, {weekday: 'long', month: 'long', day: 'numeric', year: 'numeric'})
      .formatToParts(at)
      .map((x) => [x.type, x.value]),
  );
  const monthNumber = Number(format(tz, {month: 'numeric'}).format(at));
  return {...p, day: Number(p.day), monthNumber};
}

/** 1st, 2nd, 3rd, 4th. */
export function ordinal(n) {
  const last = n % 10;
  return n + (n % 100 > 10 && n % 100 < 14 ? 'th' : ['th', 'st', 'nd', 'rd'][last] || 'th');
}

/** Writes a moment by the format of Slack's <!date^…>: "{date_short} at {time}". */
export function dateToken(text, date, tz, now = new Date()) {
  const p = parts(date, tz);
  const near = relative(date, tz, now);
  const long = `${p.month} ${ordinal(p.day)}, ${p.year}`;
  const short = `${p.month.slice(0, 3)} ${p.day}, ${p.year}`;
  const full = `${p.weekday}, ${long}`;
  const is = {
    date_num: day(date, tz),
    date_slash: day(date, tz).replaceAll('-', '/'),
    date: long,
    date_short: short,
    date_long: full,
    date_pretty: near || long,
    date_short_pretty: near || short,
    date_long_pretty: near || full,
    day_divider_pretty: near || `${p.weekday}, ${p.month} ${ordinal(p.day)}`,
    time: clock(date, tz),
    time_secs: clockSeconds(date, tz),
    ago: ago(date, now),
  };
  const said = text.replace(/\{(\w+)\}/g, (all, name) => is[name] ?? all);
  return /^\{\w+_pretty\}/.test(text) && near ? said[0].toUpperCase() + said.slice(1) : said;
}

/** "2026-11-27T14:05" in the zone, of seconds. */
export function toWall(seconds, tz) {
  const at = new Date(seconds * 1000);
  return `${day(at, tz)}T${clock(at, tz)}`;
}

/** Seconds of "2026-11-27T14:05" in the zone; of an hour that a change of clocks skips, the one after. */
export function fromWall(text, tz) {
  if (!/^\d{4,6}-\d\d-\d\dT\d\d:\d\d/.test(text)) return null;
  const asUTC = Date.parse(text.slice(0, 16) + ':00Z') / 1000;
  const off = (s) => Date.parse(toWall(s, tz) + ':00Z') / 1000 - s;
  const guess = asUTC - off(asUTC);
  return asUTC - off(guess) === guess ? guess : asUTC - off(guess);
}
