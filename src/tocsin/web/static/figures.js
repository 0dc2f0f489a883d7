// A button beside each figure: the same chart again, now with the numbers behind each mark where the pointer rests.
(function () {
  "use strict";
  let loading = null;

  function vega() {
    loading = loading || new Promise(function (resolve, reject) {
      const script = document.createElement("script");
      script.src = "/static/vega.js";
      script.onload = function () { resolve(window.vegaEmbed); };
      script.onerror = function () { loading = null; reject(new Error("the chart library did not load")); };
      document.head.appendChild(script);
    });
    return loading;
  }

  function address(id) {
    const holder = document.querySelector("[data-figures]");
    return holder.dataset.figures.replace("FIGURE", id);
  }

  async function specification(id) {
    for (let tries = 0; tries < 60; tries++) {
      const answer = await fetch(address(id));
      if (answer.status === 200) return answer.json();
      if (answer.status !== 202) throw new Error("the server said " + answer.status);
      await new Promise(function (next) { setTimeout(next, 700); });
    }
    throw new Error("the server is still reckoning");
  }

  async function explore(figure, button) {
    const id = figure.id.replace("fig-", "");
    button.disabled = true;
    button.textContent = "Loading …";
    try {
      const [embed, spec] = await Promise.all([vega(), specification(id)]);
      const place = document.createElement("div");
      place.className = "explore";
      place.tabIndex = 0;
      place.setAttribute("role", "region");
      place.setAttribute("aria-label", figure.querySelector("h3").textContent + ", for pointing at; the rows below hold the same numbers");
      const picture = figure.querySelector("[role=img]");
      picture.after(place);
      // "ast": expressions are interpreted, not compiled, so that the page needs no right to make code from text.
      await embed(place, spec, {
        mode: "vega", renderer: "svg", ast: true, actions: false, defaultStyle: false,
        tooltip: { disableDefaultStyle: true },
      });
      picture.hidden = true;
      button.disabled = false;
      button.textContent = "Back to the picture";
      button.onclick = function () {
        place.remove();
        picture.hidden = false;
        button.textContent = "Point at the marks";
        button.onclick = function () { explore(figure, button); };
      };
    } catch (error) {
      button.disabled = false;
      button.textContent = "Point at the marks (failed: " + error.message + ")";
    }
  }

  function equip() {
    if (!document.querySelector("[data-figures]")) return;
    document.querySelectorAll("figure[id^=fig-]").forEach(function (figure) {
      if (figure.querySelector(".point")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "point";
      button.textContent = "Point at the marks";
      button.setAttribute("aria-describedby", figure.id + "-title");
      const title = figure.querySelector("h3");
      if (title && !title.id) title.id = figure.id + "-title";
      button.onclick = function () { explore(figure, button); };
      figure.querySelector("[role=img]").after(button);
    });
  }
  document.addEventListener("DOMContentLoaded", equip);
  document.addEventListener("bodychange", equip);
  if (document.readyState !== "loading") equip();
})();
