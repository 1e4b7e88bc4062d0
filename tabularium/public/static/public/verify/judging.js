// Whether the log has what an extract says, and whether a later log keeps what an earlier one had.

import { decode, encode, fromBase64, PROVEN, refuse, RefusedError, UNJUDGED } from "./bytes.js";
import { extractIn, isPdf } from "./embedded.js";
import { commitment, readExtract } from "./extracts.js";
import { isConsistent, isIncluded, leafHash, MOST_HASHES } from "./merkle.js";
import { checkSigned, readKeys } from "./notes.js";

const INDEX = /^(index|old) (0|[1-9][0-9]{0,18})$/;

// Check an extract. `keys` are texts, `now` is a Date.
export async function judge(data, keys, now) {
  const inPdf = isPdf(data);
  return answered({ inPdf }, async () => {
    const trusted = await readKeys(keys);
    const extract = await readExtract(inPdf ? await extractIn(data) : data);
    const signed = await prove(extract, trusted);
    return { inPdf, extract, ...signed, over: extract.validUntil <= now };
  });
}

// Check that the later log begins with all the leaves of the earlier one.
export async function judgeTwo(old, later, proof, keys) {
  return answered({}, async () => {
    const trusted = await readKeys(keys);
    const earlier = (await checkSigned(old, trusted, "old")).checkpoint;
    const newer = (await checkSigned(later, trusted, "new")).checkpoint;
    if (earlier.origin !== newer.origin) {
      refuse("origin", "new");
    }
    if (newer.size < earlier.size) {
      refuse("smaller");
    }
    const given = parseProof(proof, "old", false) ?? refuse("not-proof", "proof");
    const under = given.index === earlier.size && (await checkSigned(given.checkpoint, trusted, "proof"));
    if (!under || under.checkpoint.size !== newer.size || !sameBytes(under.checkpoint.root, newer.root)) {
      refuse("other-checkpoint", "proof");
    }
    if (!(await isConsistent(earlier, newer, given.path))) {
      refuse("consistency");
    }
    return { old: earlier, new: newer };
  });
}

async function answered(known, check) {
  try {
    return { verdict: PROVEN, reason: null, where: "", ...(await check()) };
  } catch (error) {
    if (error instanceof RefusedError) {
      return { ...known, verdict: error.verdict, reason: error.reason, where: error.where };
    }
    // Whatever else happens, nothing is proven by it.
    console.error(error);
    return { ...known, verdict: UNJUDGED, reason: "unreadable", where: "" };
  }
}

async function prove(extract, keys) {
  const signed = await checkSigned(encode(extract.checkpoint), keys, "checkpoint");
  if (extract.log !== signed.checkpoint.origin) {
    refuse("origin", "register.log");
  }
  for (const entry of extract.entries) {
    for (const leaf of entry.leaves) {
      await checkLeaf(leaf, entry, extract.checkpoint, signed.checkpoint);
    }
  }
  return signed;
}

async function checkLeaf(leaf, entry, note, checkpoint) {
  const proof = parseProof(encode(leaf.proof), "index", true);
  if (!proof || proof.index !== BigInt(leaf.index)) {
    refuse("proof", leaf.where);
  }
  if (decode(proof.checkpoint) !== note) {
    refuse("other-checkpoint", leaf.where);
  }
  const hashed = await leafHash(await commitment(leaf));
  if (!(await isIncluded(hashed, proof.index, checkpoint, proof.path))) {
    refuse("inclusion", leaf.where);
  }
  const told = leaf.facts.find((each) => each.name === "entry");
  if (told?.value !== entry.identity) {
    refuse("entry", leaf.where);
  }
}

// A proof: a line with a number, hashes, an empty line, a checkpoint. Null if it is none.
function parseProof(data, word, versioned) {
  const empty = data.findIndex((each, place) => each === 10 && data[place + 1] === 10);
  const head = empty < 0 ? null : decode(data.subarray(0, empty));
  const lines = head?.split("\n") ?? [];
  if (versioned && lines.shift() !== "c2sp.org/tlog-proof@v1") {
    return null;
  }
  const number = INDEX.exec(lines.shift() ?? "");
  const path = lines.length > MOST_HASHES ? [null] : lines.map(fromBase64);
  if (number?.[1] !== word || path.some((each) => each?.length !== 32)) {
    return null;
  }
  return { index: BigInt(number[2]), path, checkpoint: data.subarray(empty + 2) };
}

function sameBytes(one, other) {
  return one.every((each, place) => each === other[place]);
}
