"use strict";
// Sheets that were recorded are printed at once. Without this script the page says to use the browser's own print.
window.addEventListener("load", () => window.print());
