"use strict";
// News of a question, as they come: sets text, never markup. Without this script the page has a link that does the same.
// What it asks for by itself says so in its address, and keeps no session open (CJIS Security Policy 6.0, AC-11).
(function () {
  const news = document.getElementById("news");
  const list = document.getElementById("sources");
  if (!news || !list || !window.EventSource) return;
  const events = new EventSource(news.dataset.events);
  const part = (row, name, text) => {
    const made = document.createElement(name === "name" ? "strong" : "span");
    made.className = "source__" + name;
    made.textContent = text;
    row.append(made, " ");
  };
  let spoken = 0;
  events.onmessage = (event) => {
    const told = JSON.parse(event.data);
    if (told.done) {
      events.close();
      window.location.replace(news.dataset.done);
      return;
    }
    if (document.getElementById("source-" + told.agency)) return;
    const row = document.createElement("li");
    row.className = "source";
    row.id = "source-" + told.agency;
    part(row, "name", told.name);
    part(row, "label", told.label);
    part(row, "sentence", told.sentence);
    const after = Array.from(list.children).find((one) => one.firstElementChild.textContent > told.name);
    list.insertBefore(row, after || null);
    const now = Date.now(); // spoken at most every two seconds
    if (now - spoken > 2000) {
      spoken = now;
      news.textContent = told.news;
    }
  };
})();
