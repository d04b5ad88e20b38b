// The form of the verifier: files in, findings shown. Whatever a file says is shown as text.

import { nameText, sizeText } from "./text.mjs";

/** Longest file that is read, in bytes, and how many at once; and how long a check may take. */
const LARGEST = 64 * 2 ** 20;
const MOST = 20;
const DEADLINE = 60_000;
const MARKS = { passed: "", failed: "fail", open: "open" };
const WORDS = { passed: "holds", failed: "refused", open: "not shown" };
const VERDICTS = {
  passed: "What is said here, holds.",
  partly: "It holds; the hollow marks are what was not shown.",
  failed: "Refused: something here is not as it says.",
  open: "Nothing was refused, and nothing shown.",
};
/** By the eighth byte of a file: what checks it without a browser. */
const COMMANDS = {
  P: ["psephos verify proof FILE --header HEADER", "python verify.py FILE HEADER"],
  K: ["psephos verify proof PROOF --link FILE"], W: ["psephos verify row FILE --releases FOLDER"],
  V: ["psephos verify row FILE --proof PROOF"], " ": ["psephos verify ledger --releases FOLDER"],
};
const NO_HASH = "its hash is in the header of that day's batches; give the ledger that has it";
const SETTLED = ". L1 settles this chain: the page Batches tells which state update covers the block, "
  + "and the block of L1 that it is in";
const NOT_YET = ". L1 settles this chain; no final state update that this site has seen covers the block";
const SINGLE = "python -m psephos.stark.single > verify.py";

/** Names that a shell takes as they stand; another file's is left for the reader to write. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,80}$/;

/**
 * Put the form into `root`. `start` makes a worker; `offered` are {words, files} that can be fetched
 * from where the page came from, each file {name, href}. `settles` asks there which block of L1 settles
 * a block of this chain's: it gives {chain, block, hash, time}, null where none does yet.
 */
export function mount(root, start, offered = [], settles = null) {
  const state = { files: [], asked: 0, worker: null, timer: 0 };
  const input = made("input", { type: "file", multiple: true, id: "verify-files" });
  const pasted = made("textarea", {
    id: "verify-header", rows: 3, spellcheck: false, maxLength: 4096,
    placeholder: "50534550484f5342… or: psephos ledger head 1",
  });
  const bits = made("input", { type: "number", id: "verify-bits", min: 0, max: 112, value: 100 });
  const unique = made("input", { type: "checkbox", id: "verify-unique" });
  const result = made("div", { className: "verify-result", ariaLive: "polite" });
  const drop = made("div", { className: "verify-drop" }, [
    made("label", { htmlFor: "verify-files" }, ["Drop files here, or choose them:"]), input,
    made("p", { className: "definition" }, [
      "A proof, a batch header, a ledger, a row's witness or link: several at once are checked "
      + "together. They stay on this machine.",
    ]),
  ]);
  const again = () => run({ state, start, result, settles }, {
    pasted: pasted.value, leastBits: Number(bits.value) || 0, unique: unique.checked,
  });
  const taken = async (list) => {
    state.asked += 1; // An answer about the files before says nothing of these.
    state.files = await read([...list], result);
    if (state.files.length) again();
  };
  input.addEventListener("change", () => taken(input.files));
  drop.addEventListener("dragover", (event) => event.preventDefault());
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    taken(event.dataTransfer.files);
  });
  for (const one of [pasted, bits, unique]) one.addEventListener("change", again);
  const more = made("div", { className: "verify-more" }, [
    labelled("verify-header", "A header, or a ledger's head, from another publisher", pasted),
    made("div", { className: "verify-options" }, [
      labelled("verify-bits", "Least proven bits", bits),
      labelled("verify-unique", "Unique decoding only", unique),
    ]),
  ]);
  root.replaceChildren(drop, ...offers(offered, taken, result), more, result);
}

function made(name, properties = {}, children = []) {
  const found = Object.assign(document.createElement(name), properties);
  found.append(...children);
  return found;
}

function labelled(id, words, control) {
  return made("p", { className: "verify-field" }, [made("label", { htmlFor: id }, [words]), control]);
}

/** A button for each set of files that the publisher offers. */
function offers(offered, taken, result) {
  if (!offered.length) return [];
  const buttons = offered.map(({ words, files }) => {
    const button = made("button", { type: "button", className: "verify-offer" }, [words]);
    button.addEventListener("click", async () => {
      try {
        taken(await Promise.all(files.map(fetched)));
      } catch (error) {
        result.replaceChildren(note(`This could not be fetched: ${error.message}`));
      }
    });
    return made("li", {}, [button]);
  });
  return [made("ul", { className: "verify-offers" }, buttons)];
}

async function fetched({ name, href }) {
  const answer = await fetch(href);
  if (!answer.ok) throw new Error(`${name}: the server says ${answer.status}`);
  return new File([await answer.blob()], name);
}

/** The files' bytes; none of them if one is too long or cannot be read, and why is said. */
async function read(list, result) {
  const long = list.find((file) => file.size > LARGEST);
  try {
    if (list.length > MOST) throw new Error(`${list.length} files at once; at most ${MOST} are read`);
    if (long) {
      const sizes = `${sizeText(long.size)}; at most ${sizeText(LARGEST)} are read`;
      throw new Error(`${nameText(long.name)} has ${sizes}`);
    }
    return await Promise.all(list.map(async (file) => (
      { name: nameText(file.name), bytes: new Uint8Array(await file.arrayBuffer()) }
    )));
  } catch (error) {
    result.replaceChildren(note(`Nothing was checked: ${error.message}.`));
    return [];
  }
}

/** Ask the worker; an answer to an earlier question is passed over. */
function run({ state, start, result, settles }, choices) {
  if (!state.files.length && !choices.pasted.trim()) return;
  state.worker ||= start();
  const asked = ++state.asked;
  const stop = (words) => {
    clearTimeout(state.timer);
    state.worker.terminate();
    state.worker = null;
    result.replaceChildren(note(words));
  };
  state.worker.onmessage = ({ data }) => {
    if (data.asked !== state.asked) return;
    clearTimeout(state.timer);
    show(result, data, state.files, settles);
  };
  state.worker.onerror = (event) => stop(`The check failed: ${event.message || "no worker"}.`);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => stop("The check took too long and was ended."), DEADLINE);
  result.replaceChildren(note("Checking …"));
  state.worker.postMessage({ asked, files: state.files, ...choices });
}

function note(words) {
  return made("p", { className: "note" }, [words]);
}

function show(result, found, files, settles) {
  const steps = found.findings.map(({ mark, what, why }) => made("li", { className: MARKS[mark] }, [
    made("b", {}, [`${WORDS[mark]}: ${what}`]), made("p", {}, [why]),
  ]));
  const facts = found.facts.flatMap(([what, value]) => [
    made("dt", {}, [what]), made("dd", {}, [made("code", {}, [value])]),
  ]);
  const blocks = found.blocks.map((block) => blockLine(block, settles));
  Object.assign(result.dataset, { ms: found.ms, count: found.asked });
  result.replaceChildren(
    made("h2", { className: "verify-verdict" }, [VERDICTS[found.verdict]]),
    made("p", { className: "definition" }, [`Checked in ${Math.ceil(found.ms)} ms, in this browser.`]),
    made("ol", { className: "thread" }, steps),
    ...(facts.length ? [made("h3", {}, ["What it says"]), made("dl", { className: "facts" }, facts)] : []),
    ...(blocks.length ? [
      made("h3", {}, ["Compare this block elsewhere"]),
      made("p", { className: "definition" }, [
        "A header ends with this block. Look its hash up with a node or an explorer that has "
        + "nothing to do with whoever sent the files.",
      ]),
      made("ul", { className: "verify-blocks" }, blocks),
    ] : []),
    made("h3", {}, ["The same at the command line"]),
    ...commands(files, found.batches).map((line) => made("code", { className: "command wraps" }, [line])),
  );
}

/** A block to compare elsewhere; of an L2 with the block of L1 that settles it, if the site knows. */
function blockLine(block, settles) {
  const { chain, number, hash, settled } = block;
  const more = made("span", {}, [settled ? SETTLED : ""]);
  if (settled && settles) {
    settles(block).then((found) => found !== undefined && more.replaceChildren(...settledBy(found)));
  }
  return made("li", {}, [`${chain}, block ${number}: `, hash ? made("code", {}, [hash]) : NO_HASH, more]);
}

function settledBy(found) {
  if (!found) return [NOT_YET];
  const { chain, block, hash, time } = found;
  const told = `. As this site has it, it was settled on L1, ${chain}, block ${block} (${time}): `;
  return [told, made("code", {}, [hash])];
}

/** What checks these files without a browser, with their names where a shell takes them. */
function commands(files, batches) {
  const kind = ({ bytes }) => String.fromCharCode(bytes[7] || 0);
  const named = (kinds) => files.find((file) => kinds.includes(kind(file)) && PLAIN.test(file.name));
  const [header, proof] = [named("BD"), named("P")];
  const lines = files.flatMap((file) => (COMMANDS[kind(file)] || []).map((line) => line
    .replace("FILE", PLAIN.test(file.name) ? file.name : "FILE")
    .replace("HEADER", header ? header.name : "HEADER")
    .replace("PROOF", proof ? proof.name : "PROOF")));
  const single = lines.findIndex((line) => line.startsWith("python verify.py"));
  if (single >= 0) lines.splice(single, 0, SINGLE);
  lines.push(...batches.map((name) => `psephos verify batch ${name} --releases FOLDER`));
  return [...new Set(lines.length ? lines : [SINGLE])];
}
