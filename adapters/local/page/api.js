// Talking to the server: every request has an id of its own and is sent again, under the same id, when the line breaks.

const TRIES = 4;

export class Problem extends Error {}

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const pause = (ms) => new Promise((go) => setTimeout(go, ms));

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// Posts something the member did. Throws Problem with a sentence for the member.
export async function post(what, content) {
  const body = JSON.stringify({ ...content, id: newId(), zone });
  for (let tried = 1; ; tried += 1) {
    let response;
    try {
      response = await fetch(`/api/${what}`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    } catch {
      if (tried === TRIES) throw new Problem("The room cannot be reached. Nothing was lost; please try again in a moment.");
      await pause(400 * 2 ** tried);
      continue;
    }
    const found = await response.json().catch(() => ({}));
    if (!response.ok) throw new Problem(found.problem ?? "That did not work. Please try again.");
    return found;
  }
}

export async function get(path, query) {
  const response = await fetch(`/api/${path}?${new URLSearchParams({ ...query, zone })}`);
  const found = await response.json().catch(() => ({}));
  if (response.status === 503) throw new Error(found.problem); // the room rests for a moment
  if (!response.ok) throw new Problem(found.problem ?? "That did not work. Please try again.");
  return found;
}

// Half-typed text is kept without a word; keepalive lets the last piece out while the page closes.
export function keepTyped(member, form, fields) {
  const body = JSON.stringify({ member, form, fields });
  const keepalive = body.length < 15000;
  return fetch("/api/typed", { method: "POST", headers: { "Content-Type": "application/json" }, body, keepalive }).catch(() => {});
}

// The live stream of one member. Returns a function that ends it.
export function listen(member, since, { onEntries, onReset, onState }) {
  let source = null;
  let ended = false;
  let seen = since;
  let timer = null;
  const open = () => {
    source = new EventSource(`/api/events?${new URLSearchParams({ member, since: seen })}`);
    source.onopen = () => onState(true);
    source.addEventListener("entries", (event) => {
      seen = Math.max(seen, Number(event.lastEventId));
      onEntries(JSON.parse(event.data));
    });
    source.addEventListener("reset", onReset);
    source.onerror = () => {
      onState(false);
      source.close();
      clearTimeout(timer);
      if (!ended) timer = setTimeout(open, 1500);
    };
  };
  open();
  return () => { ended = true; clearTimeout(timer); source.close(); };
}
