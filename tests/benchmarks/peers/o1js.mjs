// The statement of `bench_peers` in o1js: what it costs to compile, prove and verify, as JSON.
//
//     node o1js.mjs MODULES < votes.json
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules] = process.argv.slice(2);
const require = createRequire(join(modules, "x.js"));
const { Bool, Field, Gadgets, Poseidon, Provable, Struct, ZkProgram } = await import(
  pathToFileURL(require.resolve("o1js"))
);
const votes = JSON.parse(readFileSync(0, "utf8"));
const count = votes.weights.length;
const seconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const round = (cpu) => Math.round(100 * cpu) / 100;
const Totals = Struct({ rows: Field, yes: Field, no: Field, abstain: Field, squares: Field });
const SPLIT = 2n ** 64n;
const program = ZkProgram({
  name: "votes",
  publicOutput: Totals,
  methods: {
    tally: {
      privateInputs: [Provable.Array(Field, count), Provable.Array(Bool, count), Provable.Array(Bool, count)],
      async method(weights, yes, no) {
        const rows = [];
        const sums = [Field(0), Field(0), Field(0), Field(0)];
        for (let i = 0; i < count; i++) {
          const [weight, isYes, isNo] = [weights[i], yes[i].toField(), no[i].toField()];
          Gadgets.rangeCheck64(weight);
          isYes.mul(isNo).assertEquals(0);
          rows.push(weight.add(isYes.mul(SPLIT)).add(isNo.mul(2n * SPLIT)).seal());
          const parts = [isYes.mul(weight), isNo.mul(weight)];
          parts.push(weight.sub(parts[0]).sub(parts[1]), weight.square());
          parts.forEach((part, j) => (sums[j] = sums[j].add(part).seal()));
        }
        const [for_, against, abstain, squares] = sums;
        const publicOutput = new Totals({ rows: Poseidon.hash(rows), yes: for_, no: against, abstain, squares });
        return { publicOutput };
      },
    },
  },
});
const { rows } = (await program.analyzeMethods()).tally;
const began = seconds();
await program.compile();
const compiled = seconds();
const { proof } = await program.tally(
  votes.weights.map((weight) => Field(BigInt(weight))),
  votes.yes.map((one) => Bool(one)),
  votes.no.map((one) => Bool(one)),
);
const proven = seconds();
const good = await program.verify(proof);
if (!good) throw new Error("its own proof is refused");
console.log(
  JSON.stringify({
    rows,
    compile_cpu: round(compiled - began),
    cpu: round(proven - compiled),
    verify_cpu: round(seconds() - proven),
    bytes: Buffer.from(proof.toJSON().proof, "base64").length,
    says: Object.values(Totals.toJSON(proof.publicOutput)).slice(1),
  }),
);
process.exit(0);
