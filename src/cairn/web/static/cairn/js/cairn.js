// What every page gains from scripts. Nothing here makes a thing possible that was not possible without.
(() => {
  "use strict";

  // The error summary takes the focus, so that it is heard first.
  const focusSummary = (root) => root.querySelector("[data-focus]")?.focus();

  // Copy buttons: <button data-copy="#id-of-text" data-copied="Copied">
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.querySelector(button.dataset.copy);
    if (!source) return;
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
    const label = button.querySelector("[data-label]") ?? button;
    const before = label.textContent;
    label.textContent = button.dataset.copied ?? before;
    setTimeout(() => { label.textContent = before; }, 2500);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  // A second press of a button that posts changes nothing: the first is on its way.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => { delete form.dataset.sent; event.submitter?.removeAttribute("aria-busy"); }, 8000);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });

  // A form with data-unsaved asks before its text is lost; one with data-autosave posts itself when its reader pauses.
  // (htmx does the saving; this keeps the warning honest.)
  const dirty = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-unsaved]");
    if (form) dirty.add(form);
  });
  document.addEventListener("submit", (event) => dirty.delete(event.target));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form[data-unsaved]");
    if (form && event.detail.successful) dirty.delete(form);
  });
  window.addEventListener("beforeunload", (event) => { if (dirty.size) event.preventDefault(); });

  // Times in the reader's own zone: staff and learners only, who have a session anyway.
  if (document.querySelector(".menu-of-me")) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zone && !document.cookie.includes(`tz=${zone}`)) {
      document.cookie = `tz=${zone}; path=/; max-age=31536000; samesite=lax`;
    }
  }

  // The command palette: search everywhere with Ctrl+K; arrows move, Enter goes.
  const palette = document.getElementById("palette");
  if (palette) {
    const input = palette.querySelector("input");
    const hits = document.getElementById("palette-hits");
    let asked = 0;
    const options = () => [...hits.querySelectorAll("[role=option]")];
    const choose = (index) => {
      const all = options();
      if (!all.length) return;
      const at = (index + all.length) % all.length;
      all.forEach((one, n) => one.setAttribute("aria-selected", String(n === at)));
      input.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    };
    const selected = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");
    const ask = async () => {
      const mine = ++asked;
      const url = `${palette.dataset.url}?q=${encodeURIComponent(input.value)}`;
      const answer = await fetch(url, { headers: { "HX-Target": "hits" } });
      if (mine !== asked || !answer.ok) return;
      hits.innerHTML = await answer.text();
      choose(0);
    };
    const open = (event) => { event.preventDefault(); palette.showModal(); input.select(); ask(); };
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") open(event);
    });
    document.querySelector("[data-palette]")?.addEventListener("click", open);
    let pause;
    input.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(ask, 120); });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") { event.preventDefault(); choose(selected() + 1); }
      if (event.key === "ArrowUp") { event.preventDefault(); choose(selected() - 1); }
      // A search field keeps Escape to itself where it is not asked.
      if (event.key === "Escape") { event.preventDefault(); palette.close(); }
      if (event.key === "Enter") {
        const one = options()[selected()];
        if (one) { event.preventDefault(); location.assign(one.dataset.url); }
      }
    });
    hits.addEventListener("click", (event) => {
      const one = event.target.closest("[role=option]");
      if (one && !event.target.closest("a")) location.assign(one.dataset.url);
    });
    palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });
  }

  // A menu closes when its reader looks elsewhere.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu-of-me[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu-of-me[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.target));
  focusSummary(document);
})();
