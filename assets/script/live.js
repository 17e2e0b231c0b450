"use strict";
// News of a question, as they come: sets text, never markup. Without this script the page has a link that does the same.
// What it asks for by itself says so in its address, and keeps no session open (CJIS Security Policy 6.0, AC-11).
(function () {
  const news = document.getElementById("news");
  const count = document.getElementById("count");
  const list = document.getElementById("sources");
  if (!news || !count || !list || !window.EventSource) return;
  const events = new EventSource(news.dataset.events);
  const part = (row, name, text) => {
    let made = row.querySelector(".source__" + name);
    if (!made) {
      made = document.createElement(name === "name" ? "strong" : "span");
      made.className = "source__" + name;
      row.append(made, " ");
    }
    made.textContent = text;
    return made;
  };
  let spoken = 0; // when, and whether the newest is about to be: at most every two seconds, and the last one always
  let due = 0;
  let newest = "";
  const speak = () => {
    due = 0;
    spoken = Date.now();
    news.textContent = newest;
  };
  events.onmessage = (event) => {
    const told = JSON.parse(event.data);
    if (told.done) {
      events.close();
      window.location.replace(news.dataset.done);
      return;
    }
    const known = document.getElementById("source-" + told.agency);
    const row = known || document.createElement("li");
    row.className = "source";
    row.id = "source-" + told.agency;
    part(row, "name", told.name);
    part(row, "label", told.label).className = "source__label source__label--" + told.status;
    part(row, "sentence", told.sentence);
    if (!known) {
      const after = Array.from(list.children).find((one) => one.firstElementChild.textContent > told.name);
      list.insertBefore(row, after || null);
    }
    count.textContent = told.count;
    newest = told.news;
    if (!due) due = setTimeout(speak, Math.max(0, spoken + 2000 - Date.now()));
  };
})();
