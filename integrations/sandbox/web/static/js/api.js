// Asks the server. What it refuses is thrown as an Error with its sentence.

/** Fetches JSON. */
export function get(path) {
  return ask(path, {});
}

/** Sends JSON, answers JSON. */
export function post(path, body = {}) {
  return ask(path, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});
}

/** Sends files with fields. */
export function upload(path, fields, files) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value);
  for (const file of files) form.append('file', file, file.name);
  return ask(path, {method: 'POST', body: form});
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path.startsWith('/') ? path : '/api/' + path, {cache: 'no-store', ...options});
  } catch {
    throw fault('The sandbox does not answer. Is it still running?', 0);
  }
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw fault((body && body.error) || `The sandbox answered ${answer.status}.`, answer.status);
  return body;
}

function fault(said, status) {
  return Object.assign(new Error(said), {status, said: true});
}
