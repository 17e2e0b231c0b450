"use strict";
// Passkeys: asks the node for a challenge, the browser for its answer, and sends that with the form. Without it the form is hidden.
(function () {
  const form = document.getElementById("passkey");
  if (!form || !window.PublicKeyCredential) return;
  const said = document.getElementById("passkey-said");
  const unpack = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const pack = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const add = (asked) => {
    const publicKey = { ...asked, challenge: unpack(asked.challenge), user: { ...asked.user, id: unpack(asked.user.id) } };
    publicKey.excludeCredentials = asked.excludeCredentials.map((one) => ({ ...one, id: unpack(one.id) }));
    return navigator.credentials.create({ publicKey });
  };
  const use = (asked) => navigator.credentials.get({ publicKey: { ...asked, challenge: unpack(asked.challenge) } });
  const written = (made) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = pack(made.response[name]);
    }
    return JSON.stringify({ id: made.id, rawId: pack(made.rawId), type: made.type, response });
  };
  const go = async () => {
    const begun = await fetch(form.dataset.begin, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (begun.redirected) {
      window.location.reload(); // to sign in again: the page itself asks for it, and is come back to
      return;
    }
    if (!begun.ok) throw new Error("not begun");
    const asked = await begun.json();
    const made = await (form.dataset.passkey === "add" ? add(asked) : use(asked));
    form.elements.answer.value = written(made);
    form.submit();
  };
  let busy = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    said.textContent = "";
    go().catch(() => {
      said.textContent = said.dataset.stopped;
      busy = false;
    });
  });
  form.hidden = false;
})();
