"use strict";
// How many rows came since the page was drawn, looked at twice a minute, which is no use of the session. Without this script
// the page has a link that does the same.
(function () {
  const news = document.getElementById("new-rows");
  if (!news || !window.fetch) return;
  const look = async () => {
    try {
      const answer = await fetch(news.dataset.count, { headers: { "X-Comity-Unattended": "1" }, redirect: "error" });
      if (!answer.ok) return;
      const told = await answer.json();
      if (told.news !== news.textContent) news.textContent = told.news;
    } catch {
      return; // away for now; the next look finds it again
    }
  };
  window.setInterval(look, 30000);
})();
