// The file for checks without network: takes the text of a code from a scanner, the clipboard, the camera or a photo, and
// says in two languages what the card is worth.
"use strict";

(() => {
  const { keys, reasons, kinds, today } = JSON.parse(document.getElementById("known").textContent);
  const text = document.getElementById("text");
  const answer = document.getElementById("answer");
  const scan = document.getElementById("scan");
  const photo = document.getElementById("photo");
  const unread = document.getElementById("unread"); // what to do when a photo or this browser shows no code
  const video = document.querySelector("video");
  const PAUSE = 250; // milliseconds after the last character of a scanner, and between two looks through the camera
  const LONGEST_SIDE = 2000; // pixels of a picture that is searched
  const SEARCH = { effort: 8, timeLimit: 4000 }; // milliseconds; a photo is searched longer than a picture of the camera
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
    unread.hidden = true;
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

  // What was said of one card does not stand beside the search for the code of the next
  function forget() {
    clearTimeout(waiting);
    text.value = "";
    answer.hidden = true;
    unread.hidden = true;
  }

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
  }

  // What the code in a picture says; empty where none is found
  function read(picture, width, height, effort) {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    try {
      return readQR.default(context.getImageData(0, 0, canvas.width, canvas.height), effort);
    } catch {
      return "";
    }
  }

  function take(found) {
    text.value = found;
    show();
  }

  function look() {
    if (!stream) return;
    const found = video.videoWidth ? read(video, video.videoWidth, video.videoHeight, {}) : "";
    if (!found) {
      setTimeout(look, PAUSE);
      return;
    }
    stop();
    take(found);
  }

  async function start() {
    if (stream) {
      stop();
      return;
    }
    forget();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      scan.hidden = true; // no camera, or not allowed: a photo and the box remain
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    look();
  }

  photo.addEventListener("change", async () => {
    const [file] = photo.files;
    photo.value = ""; // the same photo can be chosen again
    if (!file) return;
    stop();
    forget();
    const picture = await createImageBitmap(file).catch(() => null);
    const found = picture && read(picture, picture.width, picture.height, SEARCH);
    if (found) take(found);
    else unread.hidden = false;
  });
  document.getElementById("photograph").addEventListener("click", () => photo.click());
  scan.hidden = !navigator.mediaDevices;
  scan.addEventListener("click", start);
  text.focus();
})();
