"use strict";
// Runs before the first paint, so that a chosen theme never flashes the other one.
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("theme"); } catch { /* storage may be closed; the system's theme then rules */ }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
