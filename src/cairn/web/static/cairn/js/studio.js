// The studio: sums while one types. Saving in the background is htmx's work.
(() => {
  "use strict";
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("[data-section=assessment], [data-section=hours]");
    if (!form) return;
    const shown = form.querySelector("#total output");
    if (!shown) return;
    const assessment = form.dataset.section === "assessment";
    const number = (field) => Number(field.value.replace(",", ".")) || 0;
    const sum = [...form.querySelectorAll(assessment ? "[name$=-weight]" : "[name^=workload][name$=-hours]")].reduce((all, field) => all + number(field), 0);
    // What it comes to is said again after the next save.
    for (const told of form.querySelectorAll("#total .status")) told.hidden = true;
    shown.textContent = String(Math.round(sum * 100) / 100);
  });
  // Where a script saves, a press of Enter in a line of text saves too, and stays here.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422 || event.detail.xhr.status === 409) event.detail.shouldSwap = true;
  });
})();
