// The page: takes files and keys, and puts answers below. It sends nothing and asks for nothing.

import { MOST_BYTES } from "./canonical.js";
import { judge, judgeTwo } from "./judging.js";
import { say, told, toldOfTwo } from "./saying.js";

const found = (id) => document.getElementById(id);

function keys() {
  return found("key").value.split("\n").map((each) => each.trim()).filter(Boolean);
}

// So much of a file that it is seen to be too large.
async function bytes(file) {
  return new Uint8Array(await file.slice(0, MOST_BYTES + 1).arrayBuffer());
}

function show(place, ...parts) {
  found(place).replaceChildren(...parts);
}

function line(name) {
  const made = document.createElement("p");
  made.textContent = say(name);
  return made;
}

async function check() {
  const files = [...found("file").files];
  show("answers", line(files.length ? "page.working" : "page.choose-file"));
  const answers = [];
  for (const file of files) {
    answers.push(told(file.name, await judge(await bytes(file), keys(), new Date())));
  }
  if (answers.length) {
    show("answers", ...answers);
    found("answers").focus();
  }
}

async function compare() {
  const files = ["old", "new", "proof"].map((each) => found(each).files[0]);
  if (files.includes(undefined)) {
    show("compared", line("page.choose-file"));
    return;
  }
  const [old, later, proof] = await Promise.all(files.map(bytes));
  show("compared", toldOfTwo(await judgeTwo(old, later, proof, keys())));
  found("compared").focus();
}

// What keeps this browser from checking; null if nothing does.
async function lacking() {
  if (!globalThis.crypto?.subtle) {
    return "page.not-secure";
  }
  try {
    const point = Uint8Array.from({ length: 32 }, (_, place) => (place === 0 ? 1 : 0));
    await crypto.subtle.importKey("raw", point, "Ed25519", false, ["verify"]);
    return globalThis.DecompressionStream && Object.hasOwn ? null : "page.no-ed25519";
  } catch {
    return "page.no-ed25519";
  }
}

async function begin() {
  const why = await lacking();
  if (why) {
    show("able", line(why));
    return;
  }
  for (const [form, act] of [["extracts", check], ["two", compare]]) {
    found(form).addEventListener("submit", (event) => {
      event.preventDefault();
      act();
    });
    found(form).hidden = false;
  }
}

await begin();
document.documentElement.dataset.ready = "yes";
