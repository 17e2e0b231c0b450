"use strict";
// Two minutes before the session locks, a page that is open says so; when it locks, its content goes. Without this script the
// node locks all the same, and the next page that is asked for says it. A page that was used in one window counts in all.
(function () {
  const box = document.getElementById("idle");
  if (!box || !box.showModal) return;
  const form = box.querySelector("form");
  const warn = Number(box.dataset.warn) * 1000;
  const lock = Number(box.dataset.lock) * 1000;
  const others = window.BroadcastChannel ? new BroadcastChannel("comity-used") : null;
  const here = new URL(window.location.href);
  const alone = here.searchParams.has("unattended"); // it came by itself: no use, here as at the node
  if (alone) {
    here.searchParams.delete("unattended");
    window.history.replaceState(null, "", here);
  }
  let used = Date.now(); // compared and not counted down, for a computer that slept
  const close = () => {
    used = Date.now();
    if (box.open) box.close();
  };
  const stay = async () => {
    const said = await fetch("/stay", { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!said.ok || ["/locked", "/sign-in"].includes(new URL(said.url).pathname)) {
      leave();
      return;
    }
    close();
    if (others) others.postMessage("used");
  };
  const leave = () => {
    window.clearInterval(looking);
    if (box.open) box.close();
    document.querySelectorAll("main, header, aside").forEach((one) => one.replaceChildren());
    document.title = "Comity";
    form.elements.next.value = window.location.pathname + window.location.search;
    form.submit();
  };
  const look = () => {
    const since = Date.now() - used;
    if (since >= lock) leave();
    else if (since >= warn && !box.open) box.showModal();
  };
  const looking = window.setInterval(look, 1000);
  box.querySelector("button").addEventListener("click", () => stay().catch(look)); // no network: the box stays, and may be tried again
  box.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay().catch(look);
  });
  document.addEventListener("visibilitychange", look);
  if (others) {
    others.addEventListener("message", close);
    if (!alone) others.postMessage("used");
  }
})();
