/* Suggests institutions while an affiliation is typed: a combobox with a list, as WAI-ARIA describes it.
   Without this file the server finds what was typed by name or alias. */
"use strict";

for (const input of document.querySelectorAll("[data-institutions]")) {
  const make = (tag, attributes, text = "") => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = text;
    return made;
  };
  const label = input.dataset.list;
  const list = make("ul", { id: `${input.id}-list`, class: "suggested", role: "listbox", "aria-label": label });
  const said = make("span", { class: "unseen", role: "status" });
  let names = [];
  let current = -1;
  let timer = 0;
  let asked = "";

  function mark(place) {
    current = place;
    [...list.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === place)));
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `${list.id}-${place}`);
  }

  function show(found) {
    names = found.map((one) => one.name);
    list.replaceChildren(...found.map((one, n) => {
      const option = make("li", { id: `${list.id}-${n}`, role: "option" });
      option.append(make("span", { dir: "auto" }, one.name));
      if (one.also) option.append(" ", make("small", { dir: "auto" }, one.also));
      return option;
    }));
    list.hidden = !names.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = names.length ? input.dataset.found.replace("{number}", names.length) : "";
    mark(-1);
  }

  function take(place) {
    asked = input.value = names[place];
    show([]);
  }

  async function ask() {
    const typed = input.value.trim();
    if (typed === asked) return;
    asked = typed;
    let found = [];
    if (typed.length > 1) {
      const answer = await fetch(`${input.dataset.institutions}?q=${encodeURIComponent(typed)}`).catch(() => null);
      if (answer?.ok) found = (await answer.json()).institutions;
    }
    // Only for what still stands in a field that is still in use.
    if (asked === typed && document.activeElement === input) show(found);
  }

  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, autocomplete: "off" })) {
    input.setAttribute(name, value);
  }
  input.after(list, said);
  show([]);
  // Before the field loses its focus, which closes the list.
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const place = [...list.children].indexOf(event.target.closest("li"));
    if (place >= 0) take(place);
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("blur", () => show([]));
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (list.hidden || !(step || event.key === "Escape" || (event.key === "Enter" && current >= 0))) return;
    event.preventDefault();
    if (step) mark(current < 0 ? (step > 0 ? 0 : names.length - 1) : (current + step + names.length) % names.length);
    else if (event.key === "Enter") take(current);
    else show([]);
  });
}
