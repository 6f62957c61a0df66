// Small helpers: elements from data, and times in the reader's zone.

// An element with attributes, properties (className, textContent, on…) and children.
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name in made && !name.includes("-") && name !== "list") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return made;
}

// A node from HTML that the server made and escaped.
export function fromServer(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

const format = (options, zone) => new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone });
const DAY = 86_400_000;

function inWords(at, style, zone, now) {
  const clock = { hour: "2-digit", minute: "2-digit" };
  const far = Math.abs(at - now) > 6 * DAY;
  switch (style) {
    case "time": return format(clock, zone).format(at);
    case "day": return format({ weekday: "long", ...(far && { day: "numeric", month: "long" }) }, zone).format(at);
    case "date": return format({ day: "numeric", month: "long", year: "numeric" }, zone).format(at);
    case "relative": return relative(at - now);
    case "countdown": return countdown(Math.max(0, at - now));
    default: {
      const day = format({ weekday: "short", ...(far && { day: "numeric", month: "short" }) }, zone).format(at);
      return `${day} ${format(clock, zone).format(at)}`;
    }
  }
}

// Seconds, as long as each of them counts.
const countdown = (ms) => (ms < 2 * 60_000 ? new Intl.RelativeTimeFormat("en-GB").format(Math.ceil(ms / 1000), "second") : relative(ms));

function relative(ms) {
  const words = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });
  for (const [unit, size] of [["day", DAY], ["hour", 3_600_000], ["minute", 60_000]]) {
    if (Math.abs(ms) >= size) return words.format(Math.round(ms / size), unit);
  }
  return "now";
}

// Says every <time> below a node in the reader's zone; the group's stands in the title.
export function sayTimes(node, which = "time[data-style]") {
  const now = Date.now();
  for (const time of node.querySelectorAll(which)) {
    const at = new Date(time.dateTime);
    const { style, zone } = time.dataset;
    time.textContent = inWords(at, style, undefined, now);
    const full = { weekday: "short", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
    if (style === "countdown") time.setAttribute("role", "timer"); // which nobody reads out at every second
    time.title = zone ? `${format(full, zone).format(at)} (${zone.replaceAll("_", " ")})` : format(full).format(at);
  }
}

export function dayOf(made) {
  const at = new Date(made);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(made).setHours(0, 0, 0, 0)) / DAY);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const year = at.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" };
  return format({ weekday: "long", day: "numeric", month: "long", ...year }).format(at);
}
