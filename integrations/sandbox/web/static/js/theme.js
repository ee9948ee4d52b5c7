// Runs before anything is painted, so that the window does not flash.
(() => {
  try {
    const chosen = localStorage.getItem('firebreak.theme');
    if (chosen) document.documentElement.dataset.theme = chosen;
  } catch {
    /* storage is off: the system's theme */
  }
})();
