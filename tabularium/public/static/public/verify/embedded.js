// The JSON that the PDF of an extract carries along: the one attached stream that is an extract.

import { refuse } from "./bytes.js";
import { MOST_BYTES } from "./canonical.js";

const MOST_ATTACHMENTS = 64;
// A dictionary is not as long as this to either side of its type.
const AROUND = 1000;
const EXTRACT = '"format":"tabularium-extract/';

export function isPdf(data) {
  return latin(data.subarray(0, 5)) === "%PDF-";
}

export async function extractIn(data) {
  if (data.length > MOST_BYTES) {
    refuse("too-large");
  }
  const pdf = latin(data);
  const places = [...pdf.matchAll(/\/Type[\t-\r ]*\/EmbeddedFile(?![0-9A-Za-z])/g)];
  if (places.length > MOST_ATTACHMENTS) {
    refuse("too-large");
  }
  let found = null;
  for (const { index } of places) {
    const content = await stream(data, pdf, index);
    const told = content[0] === 0x7b ? latin(content) : "";
    if (!told.includes(EXTRACT)) {
      continue;
    }
    if (found && latin(found) !== told) {
      refuse("pdf-several");
    }
    found = content;
  }
  return found ?? refuse("pdf-without");
}

// One character for each byte.
function latin(data) {
  return new TextDecoder("latin1").decode(data);
}

async function stream(data, pdf, place) {
  const start = place < 3 ? -1 : pdf.lastIndexOf("obj", place - 3);
  const ahead = pdf.slice(place, place + AROUND).indexOf("stream");
  if (start < Math.max(0, place - AROUND) || ahead < 0) {
    refuse("pdf-damaged");
  }
  const told = pdf.slice(start, place + ahead);
  const end = place + ahead + "stream".length;
  const begins = end + (pdf.slice(end, end + 2) === "\r\n" ? 2 : 1);
  const ends = begins + lengthOf(pdf, told);
  const after = pdf.slice(ends, ends + 11).replace(/^[\r\n]+/, "");
  if (ends > data.length || !after.startsWith("endstream")) {
    refuse("pdf-damaged");
  }
  const content = data.subarray(begins, ends);
  if (!told.includes("/Filter")) {
    return content;
  }
  const flate = /\/Filter[\t-\r ]*(?:\/FlateDecode(?![0-9A-Za-z])|\[[\t-\r ]*\/FlateDecode[\t-\r ]*\])/;
  return flate.test(told) && !told.includes("/DecodeParms") ? inflate(content) : refuse("pdf-damaged");
}

// The number of bytes in a stream, which may stand in an object of its own.
function lengthOf(pdf, told) {
  const found = /\/Length[\t-\r ]+([0-9]{1,9})(?:[\t-\r ]+([0-9]{1,9})[\t-\r ]+R)?/.exec(told);
  if (!found) {
    refuse("pdf-damaged");
  }
  if (found[2] === undefined) {
    return Number(found[1]);
  }
  const number = new RegExp(
    `(?<![0-9])${found[1]}[\\t-\\r ]+${found[2]}[\\t-\\r ]+obj[\\t-\\r ]+([0-9]{1,9})[\\t-\\r ]+endobj`,
    "g",
  );
  const there = [...pdf.matchAll(number)];
  return there.length === 1 ? Number(there[0][1]) : refuse("pdf-damaged");
}

async function inflate(content) {
  const reader = new Blob([content]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts = [];
  let size = 0;
  try {
    for (let part = await reader.read(); !part.done && size <= MOST_BYTES; part = await reader.read()) {
      parts.push(part.value);
      size += part.value.length;
    }
  } catch {
    refuse("pdf-damaged");
  }
  if (size > MOST_BYTES) {
    await reader.cancel();
    refuse("too-large");
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
