// The few things pages do beyond HTML. Everything works without this file; it only makes work quicker and safer.
"use strict";

(() => {
  const WIDE = window.matchMedia("(min-width: 992px)");
  const AGAIN_AFTER = 4000; // a download leaves its page standing, so its button must come back

  // The menu of small screens
  const menuButton = document.querySelector("[data-menu]");
  const menu = menuButton && document.getElementById(menuButton.getAttribute("aria-controls"));
  let veil = null;

  function showMenu(open) {
    if (!menu || (veil !== null) === open) return;
    menu.classList.toggle("is-open", open);
    menuButton.setAttribute("aria-expanded", String(open));
    if (open) {
      veil = document.createElement("div");
      veil.className = "side-veil";
      veil.addEventListener("click", () => showMenu(false));
      document.body.append(veil);
      (menu.querySelector("[aria-current]") || menu.querySelector("a"))?.focus();
    } else {
      veil.remove();
      veil = null;
      if (menu.contains(document.activeElement)) menuButton.focus();
    }
  }

  menuButton?.addEventListener("click", () => showMenu(veil === null));
  menu?.addEventListener("focusout", (event) => {
    const next = event.relatedTarget;
    if (next && next !== menuButton && !menu.contains(next)) showMenu(false);
  });
  WIDE.addEventListener("change", () => showMenu(false));

  // Small menus close when one looks elsewhere
  function closeDetails(except) {
    for (const open of document.querySelectorAll("details[data-closes][open]")) {
      if (!open.contains(except)) open.open = false;
    }
  }

  document.addEventListener("click", (event) => closeDetails(event.target));

  // Keys: Escape closes, / searches
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      showMenu(false);
      const open = document.querySelector("details[data-closes][open]");
      closeDetails(null);
      open?.querySelector("summary").focus();
    } else if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const search = document.querySelector("[data-search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  // The box at the top: arrows go through what it suggests, Escape leaves it
  const box = document.querySelector("[data-suggests]");
  const boxInput = box?.querySelector("[data-search]");
  const suggested = box?.querySelector(".suggestions");

  box?.addEventListener("keydown", (event) => {
    const links = [...suggested.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") {
      suggested.replaceChildren();
      boxInput.focus();
      if (at < 0) boxInput.blur();
    } else if (links.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? boxInput : links[Math.min(next, links.length - 1)]).focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (suggested && !box.contains(event.target)) suggested.replaceChildren();
  });
  box?.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !box.contains(event.relatedTarget)) suggested.replaceChildren();
  });

  // An identity number typed into the filter of a list goes through the box, which keeps it out of the address
  document.addEventListener("submit", (event) => {
    const typed = event.target.elements?.q;
    if (!box || event.target === box || event.target.getAttribute("method") !== "get" || !typed) return;
    if (!/^\d{17}[\dXx]$/.test(typed.value.replace(/\s/g, ""))) return;
    event.preventDefault();
    boxInput.value = typed.value;
    box.requestSubmit();
  });

  // A form is sent once, and only after its question was answered with yes
  const ask = document.getElementById("ask");

  function buttonsOf(form) {
    return [...form.elements].filter((control) => control.type === "submit");
  }

  function holdBack(form) {
    form.dataset.sent = "yes";
    // after the browser has read the button's name and value
    setTimeout(() => buttonsOf(form).forEach((button) => (button.disabled = true)), 0);
    setTimeout(() => release(form), AGAIN_AFTER);
  }

  function release(form) {
    delete form.dataset.sent;
    buttonsOf(form).forEach((button) => (button.disabled = false));
  }

  function question(form, button) {
    document.getElementById("ask-question").textContent = button?.dataset.confirm || form.dataset.confirm;
    ask.returnValue = "no";
    ask.addEventListener(
      "close",
      () => {
        if (ask.returnValue !== "yes") return;
        form.dataset.agreed = "yes";
        form.requestSubmit(button);
      },
      { once: true },
    );
    ask.showModal();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (form.getAttribute("method") !== "post") return; // looking is free; method="dialog" is the question itself
    if (form.dataset.sent) {
      event.preventDefault();
    } else if ((form.dataset.confirm || button?.dataset.confirm) && !form.dataset.agreed && ask?.showModal) {
      event.preventDefault();
      question(form, button);
    } else {
      delete form.dataset.agreed;
      holdBack(form);
    }
  });

  // Back from the browser's memory, every button works again
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });

  // One box checks all of its table
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.type !== "checkbox") return;
    const table = box.closest("table");
    const all = table?.querySelector("[data-check-all]");
    if (!all) return;
    const boxes = [...table.querySelectorAll("tbody input[type=checkbox]:not(:disabled)")];
    if (box === all) boxes.forEach((each) => (each.checked = all.checked));
    const checked = boxes.filter((each) => each.checked).length;
    all.checked = checked > 0 && checked === boxes.length;
    all.indeterminate = checked > 0 && checked < boxes.length;
  });

  // A grid of scores: keys lead from cell to cell, small buttons fill in words, and what rests unsaved is saved by itself
  const SAVED_AFTER = 10000; // of no typing
  const STEPS = { Enter: 1, ArrowDown: 1, ArrowUp: -1 };

  function guardGrid(grid) {
    const said = grid.querySelector("[data-grid-said]");
    let waiting = null;
    let leaving = false;

    const cells = () => [...grid.querySelectorAll("[data-cell]")];
    const isOpen = (cell) => cell.value !== cell.defaultValue || cell.getAttribute("aria-invalid") === "true";
    const showButtons = (part) => part.querySelectorAll("[data-put]").forEach((button) => (button.hidden = false));

    function move(cell, step) {
      const all = cells();
      const next = all[all.indexOf(cell) + step] || (step > 0 ? grid.querySelector("[type=submit]") : null);
      next?.focus();
      next?.select?.();
    }

    // What came back: each cell that nobody has touched since is drawn anew, of the others it is known what is kept
    function take(answer, sent) {
      for (const cell of cells()) {
        const kept = answer.querySelector(`[name="${cell.name}"]`);
        if (!kept) continue;
        if (cell.value === sent.get(cell.name) && cell !== document.activeElement) {
          const place = document.importNode(kept.closest("td"), true);
          place.querySelectorAll("[autofocus]").forEach((one) => one.removeAttribute("autofocus"));
          showButtons(place);
          cell.closest("td").replaceWith(place);
        } else {
          const before = cell.name.replace("score-", "before-");
          grid.elements[before].value = answer.querySelector(`[name="${before}"]`).value;
          cell.defaultValue = kept.defaultValue;
        }
      }
      const progress = answer.querySelector("[data-grid-progress]");
      grid.querySelector("[data-grid-progress]").innerHTML = progress.innerHTML;
    }

    async function save() {
      if (leaving || grid.dataset.sent || !cells().some(isOpen)) return;
      const body = new URLSearchParams(new FormData(grid));
      const sent = new Map(cells().map((cell) => [cell.name, cell.value]));
      let page = null;
      try {
        const answer = await fetch(grid.action, { method: "POST", body });
        page = new DOMParser().parseFromString(await answer.text(), "text/html");
      } catch {
        page = null; // told below
      }
      const drawn = page?.querySelector("[data-grid]");
      if (drawn) take(drawn, sent);
      const words = page?.querySelector(".said p") || page?.querySelector("[data-grid] .alert-errors h2");
      said.textContent = drawn ? words?.textContent.trim() || "" : grid.dataset.unsaved;
    }

    grid.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      const plain = !event.isComposing && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (!step || !plain || !event.target.matches("[data-cell]")) return;
      event.preventDefault();
      move(event.target, step);
    });
    grid.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(save, SAVED_AFTER);
    });
    grid.addEventListener("click", (event) => {
      const button = event.target.closest("[data-put]");
      if (!button) return;
      const cell = button.closest("td").querySelector("[data-cell]");
      cell.value = button.dataset.put;
      cell.dispatchEvent(new Event("input", { bubbles: true }));
      move(cell, 1);
    });
    grid.addEventListener("submit", () => (leaving = true));
    window.addEventListener("beforeunload", (event) => {
      if (!leaving && cells().some(isOpen)) event.preventDefault();
    });
    showButtons(grid);
  }

  document.querySelectorAll("[data-grid]").forEach(guardGrid);

  // What went wrong is read first
  document.querySelector("[data-focus]")?.focus();
})();
