// The public page of a card: what its code carries behind the #, which never left this browser, beside what the
// register says. Without this file the page is the register's answer alone.
"use strict";

(() => {
  const place = document.querySelector("[data-signed]");
  if (!place || location.hash.length < 2 || typeof BigInt === "undefined") return;

  const register = JSON.parse(place.dataset.register);
  const address = location.pathname + location.hash;
  const { reason, facts } = cardCodes.check(JSON.parse(place.dataset.keys), address, cardCodes.today());
  const different = facts ? Object.keys(register).filter((name) => facts[name] !== register[name]) : [];
  const said = !facts ? reason : different.length ? "differs" : "holds";

  for (const row of facts ? place.querySelectorAll("[data-fact]") : []) {
    const cell = row.querySelector("[data-carried]");
    cell.textContent = cell.getAttribute(`data-word-${facts[row.dataset.fact]}`) || facts[row.dataset.fact];
    row.classList.toggle("is-different", different.includes(row.dataset.fact));
  }
  const beside = place.querySelector("[data-beside]");
  beside.hidden = !facts;
  beside.open = different.length > 0;
  const box = place.querySelector(`[data-said="${said}"]`);
  box.hidden = false;
  place.hidden = false;
  if (said === "holds") return;

  // What the register says of the certificate stands, but it is not said of this card
  const answer = document.querySelector("section.answer");
  answer.before(place);
  answer.classList.replace("answer-good", "answer-warn");
  if (!box.dataset.word) return;
  answer.querySelector("[data-reason]").textContent = box.dataset.word;
  answer.querySelector("h2").textContent = place.dataset.title;
  answer.querySelector(".icon").remove();
})();
