// The grid of marks: Enter goes down, Shift and Enter up. Saving is htmx's; without scripts the button saves.
(() => {
  "use strict";
  for (const words of document.querySelectorAll(".scripted")) words.hidden = false;
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("form[data-marks] input:not([type=hidden])");
    if (!field || (event.key !== "Enter" && event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    const fields = [...field.form.querySelectorAll("input:not([type=hidden])")];
    const up = event.key === "ArrowUp" || (event.key === "Enter" && event.shiftKey);
    const next = fields[fields.indexOf(field) + (up ? -1 : 1)];
    if (next) { next.focus(); next.select(); } else field.blur();
  });
})();
