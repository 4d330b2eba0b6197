// Cards scanned one after another: the box keeps the focus, codes wait in a row, the answers come without leaving the page.
"use strict";

(() => {
  const AGAIN_AFTER = 3000;
  const form = document.querySelector("[data-scan]");
  if (!form) return;
  const input = form.querySelector("input[name=code]");
  const said = form.querySelector("[data-scan-said]");
  const unsent = form.querySelector("[data-scan-waiting]");
  const composing = form.querySelector("[data-scan-ime]");
  const waiting = [];
  let sending = false;

  function show(page) {
    const drawn = document.importNode(page.getElementById("scanned"), true);
    const before = document.getElementById("scanned");
    const missing = drawn.querySelector("details");
    if (missing) missing.open = Boolean(before.querySelector("details")?.open);
    before.replaceWith(drawn);
    const words = page.querySelector(".alert-errors li") || drawn.querySelector("[data-last] h2");
    said.textContent = words ? words.textContent.trim() : "";
  }

  async function answerTo(code) {
    const body = new URLSearchParams(new FormData(form));
    body.set("code", code);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      return page.getElementById("scanned") ? page : null;
    } catch {
      return null; // told below
    }
  }

  async function send() {
    if (sending) return;
    sending = true;
    while (waiting.length) {
      const page = await answerTo(waiting[0]);
      unsent.hidden = page !== null;
      if (page === null) {
        unsent.textContent = `${form.dataset.unsent} (${waiting.length})`;
        setTimeout(send, AGAIN_AFTER);
        break;
      }
      waiting.shift();
      show(page);
    }
    sending = false;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation(); // or the button would rest while the next code is typed
    const code = input.value.trim();
    input.value = "";
    composing.hidden = true;
    input.focus();
    if (!code) return;
    waiting.push(code);
    send();
  });

  input.addEventListener("compositionstart", () => (composing.hidden = false));

  // Whatever is typed outside of another field is meant for the box
  document.addEventListener("keydown", (event) => {
    const elsewhere = event.target.closest("input, textarea, select, dialog");
    if (!elsewhere && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) input.focus();
  }, true);
  window.addEventListener("focus", () => {
    if (document.activeElement === document.body) input.focus();
  });
  window.addEventListener("beforeunload", (event) => {
    if (waiting.length) event.preventDefault();
  });
})();
