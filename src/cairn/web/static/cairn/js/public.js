// Public pages: what scripts make quicker. The pages work without them.
for (const one of document.querySelectorAll("[data-needs-script]")) one.hidden = false;
for (const one of document.querySelectorAll("[data-without-script]")) one.hidden = true;

// Is this the same person? The address is hashed here, as the issuer did, and goes nowhere.
const same = document.querySelector("[data-same]");
const list = document.getElementById("same-hashes");
if (same && list && globalThis.crypto?.subtle) {
  const hashes = JSON.parse(list.textContent);
  const says = document.querySelector("[data-same-says]");
  same.hidden = false;
  const digest = async (text) => {
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  same.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = same.querySelector("[data-same-address]").value.trim();
    if (!typed) return;
    let found = false;
    for (const { hash, salt } of hashes) {
      // Issuers disagree on folding the case of an address, so both are tried.
      for (const text of new Set([typed, typed.toLowerCase()])) {
        found ||= hash === `sha256$${await digest(text + salt)}`;
      }
    }
    says.className = "mt-3 status";
    says.dataset.tone = found ? "good" : "warn";
    says.textContent = found ? same.dataset.yes : same.dataset.no;
  });
}
