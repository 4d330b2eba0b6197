// Cards scanned one after another: the box keeps the focus, codes wait in a row, the answers come without leaving the page.
"use strict";

(() => {
  const AGAIN_AFTER = 3000;
  const KEY_BYTES = 16;
  const SERVER_FAILS = 500;
  const form = document.querySelector("[data-scan]");
  if (!form) return;
  const input = form.querySelector("input[name=code]");
  const said = form.querySelector("[data-scan-said]");
  const unsent = form.querySelector("[data-scan-waiting]");
  const composing = form.querySelector("[data-scan-ime]");
  const waiting = [];
  let sending = false;

  // Of each scan its own, so that one whose answer was lost on the way is not taken for a second one when sent again
  function newKey() {
    const bytes = [...crypto.getRandomValues(new Uint8Array(KEY_BYTES))];
    return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function warn(words) {
    unsent.textContent = words;
    unsent.hidden = !words;
  }

  function show(page) {
    const drawn = document.importNode(page.getElementById("scanned"), true);
    const before = document.getElementById("scanned");
    const missing = drawn.querySelector("details");
    if (missing) missing.open = Boolean(before.querySelector("details")?.open);
    before.replaceWith(drawn);
    const refused = [...page.querySelectorAll(".alert-errors li")].map((line) => line.textContent.trim()).join(" ");
    warn(refused);
    said.textContent = refused || drawn.querySelector("[data-last] h2")?.textContent.trim() || "";
  }

  async function pageOf(answer) {
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  // Whoever has signed in again elsewhere has another token, and this page its own from before
  async function takeNewToken() {
    const page = await pageOf(await fetch(window.location.href));
    const token = page.querySelector("[data-scan] [name=csrf_token]");
    if (token) form.elements.csrf_token.value = token.value;
  }

  // The page with the answer; or no page, and what to say of it
  async function answerTo(one) {
    const body = new URLSearchParams(new FormData(form));
    body.set("code", one.code);
    body.set("key", one.key);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
      const page = await pageOf(answer);
      if (page.getElementById("scanned")) return { page };
      if (answer.status >= SERVER_FAILS) return { words: form.dataset.unsent };
      await takeNewToken();
      return { words: form.dataset.unknown };
    } catch {
      return { words: form.dataset.unsent };
    }
  }

  async function send() {
    if (sending) return;
    sending = true;
    while (waiting.length) {
      const { page, words } = await answerTo(waiting[0]);
      if (!page) {
        warn(`${words} (${waiting.length})`);
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
    waiting.push({ code, key: newKey() });
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
