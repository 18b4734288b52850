/* Small helps for people who have scripts; every page works without this file.
   Filling time, checks on leaving a field, copying a link, and focus on the error summary. */
"use strict";

(() => {
  const started = Date.now();
  const PROVIDERS = [
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "proton.me",
    "protonmail.com", "gmx.de", "gmx.net", "web.de", "orange.fr", "wanadoo.fr", "libero.it", "mail.ru", "aol.com",
  ];

  /* Edits between two words, counted only as far as 2: more is another word. */
  function distance(one, other) {
    let row = Array.from({ length: other.length + 1 }, (_, n) => n);
    for (let i = 1; i <= one.length; i += 1) {
      const next = [i];
      for (let j = 1; j <= other.length; j += 1) {
        const swap = row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
        next.push(Math.min(swap, row[j] + 1, next[j - 1] + 1));
      }
      row = next;
    }
    return row[other.length];
  }

  function likelyDomain(address) {
    const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
    if (PROVIDERS.includes(domain)) return "";
    return PROVIDERS.find((known) => distance(domain, known) <= 2 && domain[0] === known[0]) || "";
  }

  function fault(input) {
    const value = input.value.trim();
    if (!value) return input.dataset.missing || "";
    if (input.dataset.malformed && !/^[^\s@]+@[^\s@]+$/.test(value)) return input.dataset.malformed;
    return "";
  }

  function describe(input, id, on) {
    const ids = new Set((input.getAttribute("aria-describedby") || "").split(/\s+/).filter(Boolean));
    if (on) ids.add(id);
    else ids.delete(id);
    if (ids.size) input.setAttribute("aria-describedby", [...ids].join(" "));
    else input.removeAttribute("aria-describedby");
  }

  /* The same words in the same place as after sending. */
  function showFault(input, text) {
    const box = input.closest("[data-field]");
    const id = `${input.id}-error`;
    let line = document.getElementById(id);
    if (!text) {
      if (line) line.remove();
      input.removeAttribute("aria-invalid");
      box.classList.remove("has-error");
      describe(input, id, false);
      return;
    }
    if (!line) {
      line = document.createElement("span");
      line.className = "error";
      line.id = id;
      input.before(line);
    }
    line.textContent = text;
    input.setAttribute("aria-invalid", "true");
    box.classList.add("has-error");
    describe(input, id, true);
  }

  /* A suggestion never blocks: one press takes it, going on leaves the address as typed. */
  function suggest(input) {
    const id = `${input.id}-suggestion`;
    const old = document.getElementById(id);
    if (old) old.remove();
    const domain = input.dataset.suggestion && !fault(input) && likelyDomain(input.value.trim());
    if (!domain) return;
    const button = document.createElement("button");
    button.type = "button";
    button.id = id;
    button.className = "button button--quiet button--small suggestion";
    button.textContent = input.dataset.suggestion.replace("{domain}", domain);
    button.addEventListener("click", () => {
      input.value = input.value.trim().replace(/@[^@]*$/, `@${domain}`);
      button.remove();
      input.focus();
    });
    input.after(button);
  }

  for (const input of document.querySelectorAll("[data-missing], [data-malformed]")) {
    let left = false;
    input.addEventListener("focusout", (event) => {
      // Passing through an empty field is not a mistake yet; and nothing may move under a press of the button.
      if ((!left && !input.value) || event.relatedTarget?.type === "submit") return;
      left = true;
      showFault(input, fault(input));
      suggest(input);
    });
    input.addEventListener("input", () => {
      if (input.getAttribute("aria-invalid") && !fault(input)) showFault(input, "");
    });
  }

  for (const form of document.querySelectorAll("form")) {
    form.addEventListener("submit", () => {
      const field = form.querySelector("[data-seconds]");
      if (field) field.value = String(Math.round((Date.now() - started) / 1000));
    });
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) break;
    button.closest("[data-copy-item]").hidden = false;
    const words = button.textContent;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = words; }, 3000);
    });
  }

  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
