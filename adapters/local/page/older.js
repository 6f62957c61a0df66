// Older messages come as one scrolls up to the first that stands there; a button says so, and fetches them again if that failed.
const byId = (id) => document.getElementById(id);
const [scroller, log, button] = ["scroller", "log", "older"].map(byId);

// So far above the window they are fetched, in pixels: mostly before anyone sees the button.
const AHEAD = "800px 0px 0px";

let load = null;
let busy = false;

// `fetchMore` shows what is older and calls this again.
export function offerOlder(older, fetchMore) {
  load = fetchMore;
  near.disconnect();
  if (!older && document.activeElement === button) log.querySelector(".message")?.focus({ preventScroll: true });
  button.hidden = !older;
  if (older) near.observe(button);
}

async function more() {
  if (busy) return;
  busy = true;
  button.setAttribute("aria-busy", "true");
  try {
    await load();
  } catch { /* the button stays, to try again */ } finally {
    busy = false;
    button.removeAttribute("aria-busy");
  }
}

const near = new IntersectionObserver(([seen]) => { if (seen.isIntersecting) more(); }, { root: scroller, rootMargin: AHEAD });
button.addEventListener("click", more);
