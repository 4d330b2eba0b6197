// The file for checks without network: takes the text of a code from a scanner, the clipboard or the camera, and says
// in two languages what the card is worth.
"use strict";

(() => {
  const { keys, reasons, kinds, today } = JSON.parse(document.getElementById("known").textContent);
  const text = document.getElementById("text");
  const answer = document.getElementById("answer");
  const scan = document.getElementById("scan");
  const byHand = document.getElementById("by-hand"); // what to do where this browser cannot scan
  const video = document.querySelector("video");
  const PAUSE = 250; // after the last character of a scanner, and between two looks through the camera
  let waiting = null;
  let stream = null;

  const part = (name) => answer.querySelector(`[data-${name}]`);
  const bilingual = (place, [zh, en]) => {
    const second = document.createElement("span");
    second.className = "en";
    second.lang = "en";
    second.textContent = en;
    place.replaceChildren(zh, second);
  };

  // The newer of two clocks: one that was set back does not bring an expired card to life
  const day = () => [cardCodes.today(), today].sort().pop();

  function show() {
    clearTimeout(waiting);
    if (!text.value.trim()) return;
    const { reason, facts } = cardCodes.check(keys, text.value, day());
    answer.className = reasons[reason].tone;
    answer.dataset.reason = reason;
    bilingual(part("title"), reasons[reason].title);
    bilingual(part("sentence"), reasons[reason].sentence);
    part("code").textContent = `${reason} · ${day()}`;
    for (const place of answer.querySelectorAll("[data-fact]")) {
      const value = facts?.[place.dataset.fact] || "";
      if (place.dataset.fact === "kind" && facts) bilingual(place, kinds[value]);
      else place.textContent = value;
    }
    answer.querySelector("dl").hidden = !facts;
    part("line").hidden = !facts;
    part("younger").hidden = reason !== "not_ours";
    answer.hidden = false;
    text.select(); // the next scan takes the place of this one
  }

  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, PAUSE);
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    show();
  });
  document.getElementById("check").addEventListener("click", show);

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
  }

  async function look(detector) {
    if (!stream) return;
    const [found] = await detector.detect(video).catch(() => []);
    if (!found) {
      setTimeout(() => look(detector), PAUSE);
      return;
    }
    stop();
    text.value = found.rawValue;
    show();
  }

  function offer(canScan) {
    scan.hidden = !canScan;
    byHand.hidden = canScan;
  }

  async function start() {
    if (stream) {
      stop();
      return;
    }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      offer(false); // no camera, or not allowed: the box remains
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    look(new BarcodeDetector({ formats: ["qr_code"] }));
  }

  if ("BarcodeDetector" in window && navigator.mediaDevices) {
    BarcodeDetector.getSupportedFormats().then((formats) => {
      offer(formats.includes("qr_code"));
    });
    scan.addEventListener("click", start);
  }
  text.focus();
})();
