// The records that the ledger view holds: the newest ones, more when asked for.

const most = 5000;
const first = 400;

/** Makes a store over the API: {all(), take(record), load(), older(), more()}. */
export function recordStore(api) {
  const held = new Map();
  let last = 0;
  const take = (record) => {
    if (!held.has(record.n)) held.set(record.n, record);
    last = Math.max(last, record.n);
  };
  const fetchAfter = async (after, limit) => {
    const answer = await api.get(`/api/ledger?after=${after}&limit=${limit}`);
    for (const record of answer.records) take(record);
    return answer;
  };
  const lowest = () => (held.size > 0 ? Math.min(...held.keys()) : last + 1);
  return {
    take(record) { take(record); if (held.size > most) trim(held); },
    all: () => [...held.values()],
    get last() { return last; },
    /** Fetches the newest records. */
    async load() {
      const {last: n} = await api.get('/api/ledger?after=0&limit=1');
      last = Math.max(last, n ?? 0);
      await fetchAfter(Math.max(0, last - first), first);
    },
    /** Says whether there are older records than those held. */
    more: () => lowest() > 1,
    /** Fetches the stretch before those held. */
    async older() {
      const to = lowest() - 1;
      const from = Math.max(0, to - first);
      await fetchAfter(from, to - from);
    },
    /** Fetches one record in full. */
    async full(n) {
      const {records} = await api.get(`/api/ledger?after=${n - 1}&limit=1`);
      return records.find((r) => r.n === n) ?? null;
    },
  };
}

function trim(held) {
  const old = [...held.keys()].sort((a, b) => a - b).slice(0, held.size - most + 500);
  for (const n of old) held.delete(n);
}
