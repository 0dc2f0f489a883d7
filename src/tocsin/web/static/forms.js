// A choice takes effect at once; without this script the button beside it does.
(function () {
  "use strict";
  document.querySelectorAll("form[data-at-once] select").forEach(function (choice) {
    choice.addEventListener("change", function () { choice.form.requestSubmit(); });
  });
})();
