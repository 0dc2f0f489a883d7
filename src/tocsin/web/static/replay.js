// The slider of the replay: shows another year in place, without leaving the page. Without this script a button does.
(function () {
  "use strict";
  const form = document.getElementById("replay");
  if (!form) return;
  const slider = form.elements.year;
  const said = document.getElementById("year-said");
  let wanted = 0;

  async function show() {
    const mine = ++wanted;
    const address = form.getAttribute("action") + "?year=" + slider.value;
    document.getElementById("body").setAttribute("aria-busy", "true");
    let page = null;
    while (mine === wanted) {
      let answer;
      try { answer = await fetch(address); } catch { break; }
      if (answer.status === 202) {
        await new Promise(function (next) { setTimeout(next, 700); });
        continue;
      }
      if (answer.ok) page = new DOMParser().parseFromString(await answer.text(), "text/html");
      break;
    }
    if (mine !== wanted) return;
    if (!page) { form.submit(); return; }
    for (const id of ["body", "knowledge", "contents"]) {
      document.getElementById(id).replaceWith(document.adoptNode(page.getElementById(id)));
    }
    history.replaceState(null, "", address);
    document.dispatchEvent(new Event("bodychange"));
  }

  // The last year ends with the cut-off of the case.
  slider.addEventListener("input", function () {
    said.textContent = slider.value === slider.max ? said.dataset.last : slider.value;
  });
  slider.addEventListener("change", show);
  form.querySelector("button").hidden = true;
})();
