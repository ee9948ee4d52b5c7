// The records that the ledger view holds: the newest ones, more when asked for.

const most = 5000;
const first = 400;

/** Makes a store over the API: {all(), take(record), load(filter), older(), full(n), floor}. */
export function recordStore(api) {
  const held = new Map();
  let last = 0;
  let floor = Infinity; // from here on no record is missing
  const take = (record) => {
    if (!held.has(record.n)) held.set(record.n, record);
    last = Math.max(last, record.n);
  };
  const fetch = async (query) => {
    const {records} = await api.get('/api/ledger?' + new URLSearchParams(query));
    for (const record of records) take(record);
    return records;
  };
  return {
    take(record) {
      take(record);
      if (held.size > most) floor = trim(held);
    },
    all: () => [...held.values()],
    get last() {
      return last;
    },
    /** Fetches the newest records, with a filter the newest that fit it. */
    async load({service = '', kind = ''} = {}) {
      const records = await fetch({limit: first, service, kind});
      if (!service && !kind) floor = Math.min(floor, records[0]?.n ?? last + 1);
    },
    /** From here on no record is missing. */
    get floor() {
      return floor;
    },
    /** Fetches the stretch before those held. */
    async older() {
      const from = Math.max(0, floor - 1 - first);
      if (floor > 1) await fetch({after: from, limit: floor - 1 - from});
      floor = from + 1;
    },
    /** Fetches one record in full. */
    async full(n) {
      const records = await fetch({after: n - 1, limit: 1});
      return records.find((r) => r.n === n) ?? null;
    },
  };
}

function trim(held) {
  const old = [...held.keys()].sort((a, b) => a - b).slice(0, held.size - most + 500);
  for (const n of old) held.delete(n);
  return old.at(-1) + 1;
}
