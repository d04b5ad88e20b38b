// What some files say together: proofs, headers, ledgers, rows. Nothing is asked of anybody.

import { begins, ascii, equal, fromHex, hex } from "./bytes.mjs";
import { blake2s, started } from "./blake2s.mjs";
import { batchOf, blockOf, checkHeader, isTied, nameOf, readHeader } from "./header.mjs";
import { HEAD_MAGIC, LEDGER_MAGIC, ledgerRoot, readHead, readLedger } from "./ledger.mjs";
import { Refused } from "./refused.mjs";
import { attempt, open, passed, verdictOf } from "./report.mjs";
import { ROLL_MAGIC, idText, readRoll, verifyRoll } from "./roll.mjs";
import { verifyLink } from "./stark/link.mjs";
import { verify } from "./stark/proof.mjs";
import { securityText } from "./stark/security.mjs";
import { amountText } from "./text.mjs";
import { WITNESS_MAGIC, readWitness, verifyWitness } from "./witness.mjs";

const KINDS = [
  ["proof", ascii("PSEPHOSP")], ["header", ascii("PSEPHOSB")], ["header", ascii("PSEPHOSD")],
  ["link", ascii("PSEPHOSK")],
  ["witness", WITNESS_MAGIC], ["roll", ROLL_MAGIC], ["ledger", LEDGER_MAGIC], ["head", HEAD_MAGIC],
];
const FILE = started("\0".repeat(8));
const CHOICES = ["against", "for", "abstain"];

/**
 * `files` are {name, bytes}; `pasted` is a batch header in hexadecimal or a ledger's head, from
 * whoever is believed more than the sender of the files. Gives `findings` {mark, what, why} with
 * the marks passed, failed and open; `facts` [what, value]; `blocks` to compare elsewhere; `batches`,
 * the sealed days whose headers were given.
 */
export function examine(files, pasted, accept) {
  const told = { findings: [], facts: [], blocks: [], headers: [], proofs: [], ledgers: [], heads: [] };
  const sorted = files.map((file) => ({ ...file, kind: kindOf(file.bytes) }));
  if (pasted.trim()) takePasted(told, pasted);
  const take = (kind, work) => {
    for (const file of sorted.filter((one) => one.kind === kind)) {
      attempt(told, file.name, () => work(told, file, accept));
    }
  };
  take("", noKind);
  take("head", takeHead);
  take("header", takeHeader);
  take("ledger", takeLedger);
  take("proof", takeProof);
  take("link", takeLink);
  take("witness", takeWitness);
  take("roll", takeRoll);
  compareLedgers(told);
  const { findings, facts, blocks } = told;
  const sealed = told.headers.filter(({ given, header }) => given && !header.derived);
  const batches = [...new Set(sealed.map(({ header }) => batchOf(header)))];
  return { findings, facts, blocks, batches, verdict: verdictOf(findings) };
}

function kindOf(bytes) {
  const found = KINDS.find(([, magic]) => begins(bytes, magic));
  return found ? found[0] : "";
}

function noKind(told, { bytes }) {
  if (!bytes.length) throw new Refused("encoding", "the file is empty");
  throw new Refused("encoding", "this is no proof, header, row, roll or ledger of psephos");
}

function takePasted(told, pasted) {
  attempt(told, "what was pasted", () => {
    if (pasted.startsWith("psephos ledger head 1")) {
      const text = `${pasted.trim().split(/\s*\n\s*/).join("\n")}\n`;
      told.heads.push({ whose: "the head pasted here", ...readHead(ascii(text)) });
      return;
    }
    const bytes = fromHex(pasted);
    if (!bytes) throw new Refused("header", "neither hexadecimal digits nor a ledger's head");
    addHeader(told, "the header pasted here", readHeader(bytes));
  });
}

function takeHead(told, file) {
  told.heads.push({ whose: `the head in ${file.name}`, ...readHead(file.bytes) });
}

function takeHeader(told, file) {
  addHeader(told, `the header in ${file.name}`, readHeader(file.bytes));
}

function addHeader(told, whose, header) {
  told.headers.push({ whose, header, given: true });
  passed(told, whose, nameOf(header));
  showBlock(told, header);
}

/** The last block of a batch; of a derived table, that of the batch that it ends with, if known. */
function showBlock(told, header) {
  const ends = ({ header: other }) => (
    !other.derived && other.dataset === header.dataset && other.last === header.last
  );
  const batch = header.derived ? told.headers.find(ends)?.header : header;
  const block = blockOf(batch || header);
  const same = (one) => one.chain === block.chain && one.number === String(block.number);
  if (told.blocks.some((one) => same(one) && (one.hash === block.hash || !block.hash))) return;
  told.blocks = told.blocks.filter((one) => !same(one) || one.hash);
  told.blocks.push({ ...block, number: String(block.number) });
}

/** The ledger's own laws and root, and whatever head is there to compare it with. */
function takeLedger(told, file) {
  const ledger = { name: file.name, ...readLedger(file.bytes) };
  const count = ledger.entries.length;
  const root = ledgerRoot(ledger.leaves);
  told.ledgers.push(ledger);
  for (const index of [...ledger.proven.values(), ...ledger.latest.values()]) {
    const { header, proofs } = ledger.entries[index];
    told.headers.push({ whose: `entry ${index} of ${file.name}`, header, proofs, given: false });
  }
  passed(told, file.name, `a ledger of ${count} entries, each in its place`);
  told.facts.push(["root of the ledger", hex(root)]);
  if (!told.heads.length) {
    const why = `root ${hex(root)}: compare it, and the number ${count}, with another publisher's`;
    open(told, "whose ledger it is", why);
  }
  for (const head of told.heads) {
    attempt(told, head.whose, () => {
      if (head.entries > count) {
        throw new Refused("ledger", `it names ${head.entries} entries, the ledger has ${count}`);
      }
      if (!equal(ledgerRoot(ledger.leaves, head.entries), head.root)) {
        const why = `the first ${head.entries} entries have another root: the history was changed`;
        throw new Refused("ledger", why);
      }
      passed(told, head.whose, `${file.name} begins with all of its ${head.entries} entries`);
    });
  }
}

/** Of two ledgers the longer begins with the shorter, or one of them was changed. */
function compareLedgers(told) {
  const [first, ...others] = [...told.ledgers].sort((a, b) => b.leaves.length - a.leaves.length);
  for (const other of others) {
    attempt(told, `${other.name} in ${first.name}`, () => {
      const at = other.leaves.findIndex((leaf, i) => !equal(leaf, first.leaves[i]));
      if (at >= 0) throw new Refused("ledger", `entry ${at} differs: the history was changed`);
      const count = other.leaves.length;
      passed(told, `${other.name} in ${first.name}`, `begins with all of its ${count} entries`);
    });
  }
}

function takeProof(told, file, accept) {
  const proof = verify(file.bytes, accept);
  told.proofs.push({ name: file.name, proof });
  passed(told, file.name, `a proof, ${securityText(proof.security)}`);
  told.facts.push(["proof", file.name]);
  for (const statement of proof.statements) {
    const about = proof.tables.length > 1 ? ` of table ${statement.table}` : "";
    for (const { name, type, value } of statement.publics) {
      const shown = amountText(value, type === 1 || type === 2 ? proof.claim.scale * type : 0);
      told.facts.push([`${name.replaceAll("_", " ")}${about}`, shown]);
    }
  }
  proof.tables.forEach((table, i) => {
    const which = proof.tables.length > 1 ? ` ${i}` : "";
    told.facts.push([`row root of the table${which}`, hex(table.rowRoot)]);
    told.facts.push([`low-degree root of the table${which}`, hex(table.lowDegreeRoot)]);
  });
  tieProof(told, file, proof);
}

/** Against every header that was given, and the one of a ledger that says most of its tables. */
function tieProof(told, { name, bytes }, proof) {
  const isOf = ({ rowRoot }) => proof.tables.some((table) => equal(table.rowRoot, rowRoot));
  const known = told.headers.filter((one) => !one.given && isOf(one.header));
  const best = known.find((one) => isTied(proof, one.header)) || known[0];
  const asked = [...told.headers.filter((one) => one.given), ...(best ? [best] : [])];
  for (const { whose, header, proofs = [] } of asked) {
    attempt(told, `${name} and ${whose}`, () => {
      const named = proofs.some((hash) => equal(hash, blake2s(FILE, bytes)));
      const why = `${checkHeader(proof, header)}${named ? "; the ledger names this file" : ""}`;
      const tied = isTied(proof, header);
      (tied ? passed : open)(told, `${name} and ${whose}`, `${why}. ${nameOf(header)}`);
      if (tied) showBlock(told, header);
    });
  }
  if (!asked.length) {
    const why = "no header was given: whoever sent the proof is trusted for what its table is";
    open(told, `which rows ${name} is about`, why);
  }
}

function takeLink(told, file) {
  if (!told.proofs.length) return open(told, file.name, "a link: give the proof that it is about");
  const found = firstOf(told.proofs, ({ proof }) => ({ proof, ...verifyLink(file.bytes, proof) }));
  const weight = amountText(found.weight, found.proof.claim.scale);
  const who = found.id === null ? "" : `, ${idText(found.id)}`;
  const choice = found.choice === null ? "" : `, ${CHOICES[found.choice]}`;
  return passed(told, file.name, `row ${found.row} of its table weighs ${weight}${who}${choice}`);
}

function takeWitness(told, file) {
  const witness = readWitness(file.bytes);
  const { whose, header } = told.headers.find((one) => equal(one.header.id, witness.header)) || {};
  if (!header) {
    const why = `a row under the batch header ${hex(witness.header)}: give it, or a ledger that has it`;
    if (told.headers.length) throw new Refused("row", why);
    return open(told, file.name, why);
  }
  passed(told, file.name, `${verifyWitness(witness, header)}, by ${whose}`);
  if (witness.place === null) told.facts.push(["the row's bytes", hex(witness.rows[0].row)]);
  return showBlock(told, header);
}

/** A roll's root is told by a proof or a header; with neither, only by the witness itself. */
function takeRoll(told, file) {
  const witness = readRoll(file.bytes);
  const roots = [
    ...told.proofs.flatMap(({ name, proof }) => (
      proof.tables.map(({ rowRoot }, i) => [name, rowRoot, countOf(proof, i)])
    )),
    ...told.headers.map(({ whose, header }) => [whose, header.rowRoot, header.rows]),
  ];
  const [whose, root, rows] = roots.find((one) => equal(one[1], witness.root)) || [];
  const others = roots.length > 0;
  if (!root && others) {
    throw new Refused("row", `the roll ${hex(witness.root)} is that of no proof or header given`);
  }
  const why = verifyRoll(witness, root || witness.root, rows ?? null);
  const mark = root ? "passed" : "open";
  const by = root ? `by ${whose}` : `by its own root ${hex(witness.root)}, which nothing here names`;
  told.findings.push({ mark, what: file.name, why: `${why}, ${by}` });
  told.facts.push(["asked for", idText(witness.asked)]);
  if (witness.id === witness.asked) told.facts.push(["weight", String(witness.weight)]);
}

/** The rows that a proof says its table has, if it says so. */
function countOf(proof, table) {
  const mine = proof.statements.filter((one) => one.table === table).flatMap((one) => one.publics);
  return mine.find(({ name }) => name === "count")?.value;
}

/** The first that is not refused; the last refusal if all are. */
function firstOf(all, work) {
  let refused;
  for (const one of all) {
    try {
      return work(one);
    } catch (error) {
      refused = error;
    }
  }
  throw refused;
}
