// Passkeys: the only part of sign-in that needs scripts. A form says what it wants with data-passkey="get" or "create".
(() => {
  "use strict";
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  const wanted = (options) => {
    const key = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
    if (key.user) key.user = { ...key.user, id: bytes(key.user.id) };
    if (key.allowCredentials) key.allowCredentials = listed(key.allowCredentials);
    if (key.excludeCredentials) key.excludeCredentials = listed(key.excludeCredentials);
    return key;
  };

  const told = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      const value = credential.response[name];
      if (value) response[name] = text(value);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return {
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  const options = async (form) => {
    if (form.dataset.options) {
      const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
      if (!answer.ok) throw new Error("no answer");
      return (await answer.json()).request_options;
    }
    const data = JSON.parse(document.getElementById("js_data").textContent);
    return data.creation_options ?? data.request_options;
  };

  const create = async (form) => {
    const key = wanted(await options(form));
    // A passkey signs in by itself: it stays on the device, and asks for a finger, a face or a PIN.
    key.authenticatorSelection = { ...key.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
    return navigator.credentials.create({ publicKey: key });
  };
  const get = async (form) => navigator.credentials.get({ publicKey: wanted(await options(form)) });

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) {
      document.querySelector("[data-passkey-missing]")?.removeAttribute("hidden");
      continue;
    }
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      const failed = form.querySelector("[data-passkey-error]");
      if (failed) failed.hidden = true;
      try {
        const credential = await (form.dataset.passkey === "create" ? create(form) : get(form));
        form.elements.credential.value = JSON.stringify(told(credential));
        form.submit();
      } catch {
        if (failed) failed.hidden = false;
      }
    });
  }
})();
