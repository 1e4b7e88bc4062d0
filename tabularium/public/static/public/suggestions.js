// Suggestions below the field of the search page while one types. Without it, Enter works as ever.
// The pattern is the combobox with a list of ARIA; what is shown is text and never taken for HTML.
"use strict";

(() => {
  const WAIT = 150; // milliseconds without a key before anything is asked
  const PAIRED = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]{2}/u;
  const LETTERS = /[\p{L}\p{N}]{3}/u;

  const field = document.getElementById("q");
  if (!field || !field.dataset.suggestions) {
    return;
  }
  const list = document.createElement("ul");
  list.id = "q-list";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.list);
  list.hidden = true;
  const said = document.createElement("p");
  said.className = "unseen";
  said.setAttribute("role", "status");
  field.parentElement.append(list, said);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  let waiting = 0;
  let asking = null;
  let chosen = -1;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const choose = (place) => {
    const options = list.children;
    chosen = (place + options.length) % options.length;
    for (const [index, option] of [...options].entries()) {
      option.setAttribute("aria-selected", String(index === chosen));
    }
    field.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };

  const pieces = (parts) =>
    parts.map(([text, matches]) => {
      if (!matches) {
        return document.createTextNode(text);
      }
      const mark = document.createElement("mark");
      mark.textContent = text;
      return mark;
    });

  const option = (found, place) => {
    const item = document.createElement("li");
    item.id = `q-option-${place}`;
    item.dataset.address = found.address;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const name = document.createElement("bdi");
    name.lang = found.language;
    const byName = found.because.find((each) => each.is_name);
    name.append(...(byName ? pieces(byName.parts) : [document.createTextNode(found.name)]));
    item.append(name);
    for (const each of found.because.filter((other) => !other.is_name)) {
      const line = document.createElement("span");
      line.className = "because";
      line.append(`${each.said}: `, ...pieces(each.parts));
      item.append(line);
    }
    item.addEventListener("pointerdown", (event) => event.preventDefault());
    item.addEventListener("click", () => window.location.assign(found.address));
    return item;
  };

  const show = (organisations) => {
    list.replaceChildren(...organisations.map(option));
    close();
    list.hidden = organisations.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = list.hidden
      ? field.dataset.none
      : field.dataset.some.replace("{count}", String(organisations.length));
  };

  const ask = async () => {
    asking?.abort(); // an older answer must not come over a newer one
    asking = new AbortController();
    const text = field.value.normalize("NFKC").trim();
    if (!PAIRED.test(text) && !LETTERS.test(text)) {
      close();
      said.textContent = "";
      return;
    }
    const address = `${field.dataset.suggestions}?${new URLSearchParams({ q: text })}`;
    try {
      const answer = await fetch(address, { signal: asking.signal, credentials: "omit" });
      if (answer.ok) {
        show((await answer.json()).organisations);
      }
    } catch (error) {
      if (error.name !== "AbortError") {
        close(); // without an answer the page is as it is without a script
      }
    }
  };

  field.addEventListener("input", (event) => {
    window.clearTimeout(waiting);
    if (!event.isComposing) { // letters that an input method will make characters of are no text yet
      waiting = window.setTimeout(ask, WAIT);
    }
  });
  field.addEventListener("compositionend", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, WAIT);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) {
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(chosen < 0 && step < 0 ? -1 : chosen + step);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      window.location.assign(list.children[chosen].dataset.address);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
})();
