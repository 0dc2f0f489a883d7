// The scenario lab: asks for a new answer while a control moves, and keeps the address in step.
// Without this script the form works by its button.
(function () {
  "use strict";
  const WAIT = 120, SLOW = 150, SETTLED = 700, AGAIN = 500;
  const form = document.getElementById("lab");
  const answer = document.getElementById("answer");
  const busy = document.getElementById("busy");
  const said = document.getElementById("said");
  const address = answer.dataset.address;
  let timer = 0, slow = 0, telling = 0, again = 0;
  let running = null;

  document.getElementById("show").hidden = true;

  function controls() {
    return Array.from(form.elements).filter((e) => e.name);
  }

  function value(control) {
    if (control.type === "checkbox") return control.checked ? control.value : control.dataset.default;
    return control.value;
  }

  function same(one, two) {
    return one === two || (one !== "" && two !== "" && Number(one) === Number(two));
  }

  // Only what differs from the base goes into the address.
  function query() {
    const out = new URLSearchParams();
    for (const c of controls()) {
      if (!c.disabled && !same(value(c), c.dataset.default)) out.append(c.name, value(c));
    }
    return out.toString();
  }

  function label(control) {
    const box = control.closest(".knob");
    box.classList.toggle("moved", !same(value(control), control.dataset.default));
    if (control.type !== "range") return;
    const option = Array.from(control.list.options).find((o) => same(o.value, control.value));
    const meaning = option ? option.label : control.value;
    document.getElementById(control.id + "-now").textContent = meaning;
    control.setAttribute("aria-valuetext", meaning);
  }

  function isBusy(yes) {
    clearTimeout(slow);
    answer.setAttribute("aria-busy", String(yes));
    if (yes) slow = setTimeout(() => { busy.hidden = false; }, SLOW);
    else busy.hidden = true;
  }

  function tell(text) {
    clearTimeout(telling);
    telling = setTimeout(() => { said.textContent = text; }, SETTLED);
  }

  function wrong(text) {
    const box = document.createElement("p");
    box.className = "wrong";
    box.setAttribute("role", "alert");
    box.textContent = text;
    const before = answer.querySelector(".wrong");
    if (before) before.remove();
    answer.prepend(box);
  }

  // What does nothing on the day is not offered; what is said of the rest belongs to the day, too.
  function offer(active) {
    for (const box of form.querySelectorAll(".knob")) {
      const about = active[box.dataset.knob];
      const control = box.querySelector("[name]");
      box.hidden = about === undefined;
      control.disabled = about === undefined;
      if (about !== undefined) box.querySelector(".about").textContent = about;
    }
  }

  function show(found) {
    const open = Array.from(answer.querySelectorAll("details")).map((d) => d.open);
    answer.innerHTML = found.html;
    // A list may have come or gone: the last two are those a reader opens.
    const now = Array.from(answer.querySelectorAll("details"));
    for (let i = 1; i <= Math.min(2, open.length, now.length); i += 1) now[now.length - i].open = open[open.length - i];
    answer.dataset.complete = found.complete ? "yes" : "no";
    offer(found.active);
    tell(found.said);
  }

  async function ask(asked) {
    if (running) running.abort();
    const mine = new AbortController();
    running = mine;
    isBusy(true);
    try {
      const response = await fetch(address + "/answer?" + asked, { signal: mine.signal, cache: "no-store" });
      const found = await response.json();
      if (!response.ok) {
        wrong(found.detail || found.title);
      } else {
        show(found);
        // The address was kept in step when the control moved; here it only loses what the server does not need.
        history.replaceState(null, "", address + (found.query ? "?" + found.query : ""));
        if (!found.complete) again = setTimeout(() => ask(asked), AGAIN);
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      wrong("The server does not answer. Is tocsin serve still running?");
    }
    if (running === mine) {
      running = null;
      isBusy(false);
    }
  }

  function moved(event) {
    if (!event.target.name) return;
    label(event.target);
    clearTimeout(timer);
    clearTimeout(again);
    timer = setTimeout(() => ask(query()), WAIT);
  }

  function start() {
    clearTimeout(timer);
    clearTimeout(again);
    ask(query());
  }

  form.addEventListener("input", moved);
  form.addEventListener("submit", (event) => { event.preventDefault(); start(); });
  document.getElementById("reset").addEventListener("click", (event) => {
    event.preventDefault();
    for (const c of controls()) {
      if (c.type === "checkbox") c.checked = false;
      else c.value = c.dataset.default;
      label(c);
    }
    start();
  });
  // A browser may fill in what stood here before the page was left.
  window.addEventListener("pageshow", () => {
    controls().forEach(label);
    const here = new URLSearchParams(location.search).toString();
    if (query() !== here || answer.dataset.complete === "no") start();
  });
})();
