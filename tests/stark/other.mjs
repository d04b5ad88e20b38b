// The JavaScript verifier as a process: a question a line on standard input, an answer a line.

import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const folder = new URL("../../dashboards/verifier/", import.meta.url);
const load = (name) => import(fileURLToPath(new URL(name, folder)));
const { Refused } = await load("refused.mjs");
const { hex } = await load("bytes.mjs");
const { tapesById } = await load("stark/tape.mjs");
const { verify } = await load("stark/proof.mjs");
const { verifyLink } = await load("stark/link.mjs");
const { examine } = await load("check.mjs");
const { checkHeader, nameOf, readHeader } = await load("header.mjs");
const ledger = await load("ledger.mjs");
const { readWitness, verifyWitness } = await load("witness.mjs");
const { readRoll, verifyRoll } = await load("roll.mjs");
const { securityText } = await load("stark/security.mjs");

const bytes = (text) => Uint8Array.from(Buffer.from(text, "base64"));
let tapes = new Map();
let proof = null;

const answers = {
  tapes(asked) {
    tapes = tapesById(asked.tapes.map(bytes));
    return { ids: [...tapes.keys()] };
  },
  proof(asked) {
    const start = performance.now();
    const found = verify(bytes(asked.data), { ...asked, tapes });
    proof = found;
    return {
      ms: performance.now() - start,
      security: securityText(found.security),
      statements: found.statements.map((one) => [
        one.name, one.publics.map(({ name, value }) => [name, String(value)]),
      ]),
      roots: found.tables.map((table) => [hex(table.dataRoot), hex(table.lowDegreeRoot)]),
    };
  },
  link(asked) {
    const { row, weight, id, choice } = verifyLink(bytes(asked.data), proof);
    return { row, weight: String(weight), id: id === null ? null : String(id), choice };
  },
  examine(asked) {
    const files = asked.files.map(({ name, data }) => ({ name, bytes: bytes(data) }));
    const accept = { tapes, leastBits: 0, regimes: ["unique", "johnson"] };
    return examine(files, asked.pasted, accept);
  },
  header(asked) {
    const header = readHeader(bytes(asked.data));
    return { id: hex(header.id), name: nameOf(header) };
  },
  tie(asked) {
    return { said: checkHeader(proof, readHeader(bytes(asked.data))) };
  },
  witness(asked) {
    return { said: verifyWitness(readWitness(bytes(asked.data)), readHeader(bytes(asked.header))) };
  },
  roll(asked) {
    return { said: verifyRoll(readRoll(bytes(asked.data)), bytes(asked.root), BigInt(asked.rows)) };
  },
  ledger(asked) {
    const { leaves } = ledger.readLedger(bytes(asked.data));
    return { roots: leaves.map((_, i) => hex(ledger.ledgerRoot(leaves, i + 1))) };
  },
  consistent(asked) {
    const { before, now } = asked;
    const [first, second] = [bytes(asked.first), bytes(asked.second)];
    ledger.checkConsistency(before, first, now, second, asked.proof.map(bytes));
    return {};
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let answer;
  try {
    answer = answers[asked.what](asked);
  } catch (error) {
    const known = error instanceof Refused;
    answer = { cause: known ? error.cause : "broken", message: known ? error.message : error.stack };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
