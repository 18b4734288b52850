/* The keyboard of the desk. Every key presses a button or opens a link that is on the page,
   so everything works without this file too. */
"use strict";

(() => {
  const SWITCH = "desk-keys";
  const wide = window.matchMedia("(min-width: 64rem)");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const rows = () => all("[data-row]");
  const ticks = () => all("[data-row] input[type=checkbox]");
  const chosen = () => ticks().filter((tick) => tick.checked);
  const current = () => document.querySelector("[data-row][aria-current]");

  /* Words that are on the page when it opens are not read out: they are said once more, a moment later. */
  const voice = document.createElement("p");
  voice.className = "unseen";
  voice.setAttribute("role", "status");
  document.body.append(voice);
  function say(text) {
    setTimeout(() => { voice.textContent = text; }, 200);
  }

  function keysAreOn() {
    try {
      return localStorage.getItem(SWITCH) !== "off";
    } catch {
      return true;
    }
  }

  function showChosen() {
    const line = document.querySelector("[data-chosen]");
    if (!line) return;
    const number = chosen().length;
    line.textContent = number ? line.dataset.some.replace("{n}", String(number)) : line.dataset.none;
  }

  /* Opens a signature beside the list without leaving the page, so that selected rows stay selected. */
  async function open(row) {
    const link = row.querySelector("[data-open]");
    for (const other of rows()) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    link.focus();
    const answer = await fetch(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const panel = page.querySelector("[data-one]");
    if (row !== current()) return;
    if (!panel) {
      location.assign(link.href);
      return;
    }
    document.querySelector("[data-one]").replaceWith(document.importNode(panel, true));
    history.replaceState(null, "", link.href.split("#")[0]);
  }

  function move(step) {
    const list = rows();
    const place = list.indexOf(current());
    const next = list[place < 0 ? 0 : place + step];
    if (next) open(next);
  }

  /* The form a key acts on: the selected rows, else the signature that is open. */
  function form() {
    return document.querySelector(chosen().length ? "[data-decide=bulk]" : "[data-decide=one]");
  }

  /* Says in the line at the bottom why a key did nothing. */
  function tell(text) {
    const place = document.querySelector(".toast-place");
    if (!text || !place) return;
    const line = place.querySelector(".toast > span") || document.createElement("span");
    line.textContent = text;
    if (!line.isConnected) {
      const toast = document.createElement("div");
      toast.className = "toast";
      toast.append(line);
      place.append(toast);
    }
    say(text);
  }

  /* Undo is one for the page, merging one for the open signature; the rest acts on the selected rows too. */
  function press(key) {
    const place = { z: document, m: document.querySelector("[data-one]"), n: document.querySelector("[data-one]") };
    const button = (key in place ? place[key] : form())?.querySelector(`[data-key=${key}]`);
    if (button) button.click();
    else if (key !== "z") tell(document.querySelector("[data-impossible]")?.dataset.impossible);
  }

  function openMenu(name) {
    const menu = form()?.querySelector(name);
    if (!menu) {
      tell(document.querySelector("[data-impossible]")?.dataset.impossible);
      return;
    }
    for (const other of all("[data-reject][open], [data-ask][open]")) other.open = other === menu;
    menu.open = true;
    menu.querySelector(".menu-list button").focus();
  }

  function pressReason(number) {
    const menu = document.querySelector("[data-reject][open], [data-ask][open]");
    menu?.querySelectorAll(".menu-list button")[number - 1]?.click();
  }

  function closeMenus() {
    for (const menu of all("details.menu[open], details.keys[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    x: () => current()?.querySelector("input[type=checkbox]")?.click(),
    a: () => press("a"),
    h: () => press("h"),
    r: () => openMenu("[data-reject]"),
    q: () => openMenu("[data-ask]"),
    m: () => press("m"),
    n: () => press("n"),
    z: () => press("z"),
    "/": () => document.querySelector("[data-search]")?.focus(),
    "?": () => {
      const help = document.querySelector("[data-help]");
      if (help) help.open = !help.open;
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus();
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat || !keysAreOn()) return;
    const act = /^[1-9]$/.test(event.key) ? () => pressReason(Number(event.key)) : KEYS[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-open]");
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (!link || !wide.matches || !plain) return;
    event.preventDefault();
    open(link.closest("[data-row]"));
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-row] input[type=checkbox]")) showChosen();
  });

  const keysSwitch = document.querySelector("[data-keys-switch]");
  if (keysSwitch) {
    keysSwitch.checked = keysAreOn();
    keysSwitch.addEventListener("change", () => {
      try {
        localStorage.setItem(SWITCH, keysSwitch.checked ? "on" : "off");
      } catch {
        keysSwitch.checked = true;
      }
    });
  }

  /* After a decision the next row takes the focus; on a phone the signature itself does. The browser goes
     to the fragment some time after the page is loaded and drops the focus there, so this looks again. */
  function focusNext() {
    if (document.activeElement !== document.body) return;
    const row = current();
    if (wide.matches && row) row.querySelector("[data-open]").focus();
    else document.querySelector("[data-one] h2")?.focus();
  }
  if (location.hash === "#one" && !document.querySelector("[data-focus]")) {
    for (const wait of [0, 50, 150, 400]) setTimeout(focusNext, wait);
    window.addEventListener("load", () => setTimeout(focusNext));
  }
  const said = all("[data-live] .message, .toast > span").map((line) => line.textContent.trim());
  if (said.length) say(said.join(" "));
  showChosen();
})();
