// An answer in plain words, as parts of the page. What a stranger wrote goes in as text and never as markup.

import { NOT_PROVEN } from "./bytes.js";

// What stands in the heading of a change, and is not repeated below it.
const IN_HEADING = new Set(["change", "entry"]);

const words = JSON.parse(document.getElementById("words").textContent);

export function say(name, values = {}) {
  let sentence = words[name] ?? name;
  for (const [key, value] of Object.entries(values)) {
    const place = sentence.indexOf(`{${key}}`);
    if (place >= 0) {
      const after = sentence.slice(place + key.length + 2);
      sentence = sentence.slice(0, place) + plain(String(value)) + after;
    }
  }
  return sentence;
}

// What was checked, and what it came to.
export function told(title, answer) {
  const whole = element("article", { class: "answer", "data-verdict": String(answer.verdict) });
  whole.append(element("h3", {}, title));
  if (answer.verdict) {
    const verdict = answer.verdict === NOT_PROVEN ? "verdict.not-proven" : "verdict.cannot";
    whole.append(...refused(answer, verdict));
    return whole;
  }
  const { extract, checkpoint } = answer;
  const until = instant(extract.validUntil);
  whole.append(
    element("p", { class: "verdict" }, say("verdict.proven")),
    element("p", { class: answer.over ? "over" : "" }, say(answer.over ? "over" : "still-valid", { until })),
    element("h4", {}, say("is-proven")),
    points([
      say("proven.log", { size: checkpoint.size, origin: checkpoint.origin }),
      say("proven.unchanged"),
      ...answer.keys.map((key) => say("proven.key", { key })),
    ]),
    element("h4", {}, say("not-proven")),
    points([
      say("not-proven.in-force", { address: extract.register.address }),
      ...["whole", "true", "header"].map((each) => say(`not-proven.${each}`)),
      ...(answer.inPdf ? [say("not-proven.pdf")] : []),
    ]),
    element("h4", {}, say("says")),
    header(extract),
    ...extract.entries.flatMap(entry),
  );
  return whole;
}

export function toldOfTwo(answer) {
  const whole = element("article", { class: "answer", "data-verdict": String(answer.verdict) });
  if (answer.verdict) {
    const judged = answer.verdict === NOT_PROVEN;
    whole.append(...refused(answer, judged ? "consistency.not-proven" : "verdict.cannot"));
    return whole;
  }
  const sizes = { origin: answer.old.origin, old: answer.old.size, new: answer.new.size };
  whole.append(
    element("p", { class: "verdict" }, say("consistency.proven")),
    element("p", {}, say("consistency.sizes", sizes)),
  );
  return whole;
}

function refused(answer, verdict) {
  return [
    element("p", { class: "verdict" }, say(verdict)),
    element("p", {}, say(`reason.${answer.reason}`, { where: answer.where })),
  ];
}

function header(extract) {
  const { name, address } = extract.register;
  return facts([
    [say("header.subject"), extract.subject],
    [say("header.register"), `${name} ${address}`],
    [say("header.made_at"), instant(extract.madeAt)],
    [say("header.valid_until"), instant(extract.validUntil)],
  ]);
}

function entry({ identity, leaves }) {
  const parts = [element("h4", {}, say("entry-title", { id: identity }))];
  for (const leaf of leaves) {
    parts.push(
      element("h5", {}, say("change-title", { number: leaf.index, change: changeOf(leaf) })),
      facts(leaf.facts.filter((each) => !IN_HEADING.has(each.name)).map(fact)),
    );
  }
  const change = changeOf(leaves[leaves.length - 1]);
  return [...parts, element("p", {}, say("latest", { change }))];
}

function changeOf(leaf) {
  const value = leaf.facts.find((each) => each.name === "change")?.value ?? null;
  return words[`change.${value}`] ?? written(value);
}

function fact({ name, shown, value }) {
  return [words[`fact.${name}`] ?? name, shown ? written(value) : say("erased-value")];
}

function written(value) {
  if (value === null || value === "") {
    return say("none-value");
  }
  if (typeof value === "boolean") {
    return say(value ? "yes" : "no");
  }
  if (typeof value !== "object") {
    return String(value);
  }
  const members = Object.entries(value);
  if (Array.isArray(value) || members.some(([, each]) => typeof each === "object" && each !== null)) {
    return JSON.stringify(value);
  }
  return members.map(([name, each]) => `${name}: ${written(each)}`).join("\n");
}

// A text of a stranger, of which no character turns what follows or hides.
function plain(text) {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (each) =>
    each === "\n" ? each : `\\u${each.codePointAt(0).toString(16).padStart(4, "0")}`,
  );
}

function facts(rows) {
  if (!rows.length) {
    return "";
  }
  const list = element("dl", { class: "facts" });
  for (const [name, value] of rows) {
    const row = element("div");
    row.append(element("dt", {}, name), element("dd", { class: "words" }, plain(value)));
    list.append(row);
  }
  return list;
}

function points(texts) {
  const list = element("ul");
  list.append(...texts.map((each) => element("li", {}, each)));
  return list;
}

function element(tag, attributes = {}, text = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.textContent = text;
  return made;
}

function instant(value) {
  return value.toISOString().replace(".000Z", "Z");
}
