// Looks again every two seconds while something is being reckoned, without reloading the page under the reader's hands.
(function () {
  "use strict";
  function live(page) { return page.getElementById("live"); }

  async function look() {
    let answer;
    try { answer = await fetch(location.href); } catch { wait(); return; }
    const found = live(new DOMParser().parseFromString(await answer.text(), "text/html"));
    // What was waited for has its own page: show it.
    if (!found) { location.reload(); return; }
    live(document).replaceWith(document.adoptNode(found));
    wait();
  }
  function wait() {
    const here = live(document);
    if (here && here.dataset.again) setTimeout(look, 1000 * Number(here.dataset.again));
  }
  wait();
})();
