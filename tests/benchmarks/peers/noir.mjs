// Compiles `votes.nr` for as many votes as there are, and solves it: circuit and witness for bb.
//
//     node noir.mjs MODULES FOLDER < votes.json
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [modules, folder] = process.argv.slice(2);
const require = createRequire(join(modules, "x.js"));
const { compile_program, createFileManager } = require("@noir-lang/noir_wasm");
const { Noir } = require("@noir-lang/noir_js");

const votes = JSON.parse(readFileSync(0, "utf8"));
const here = dirname(fileURLToPath(import.meta.url));
const source = readFileSync(join(here, "votes.nr"), "utf8");
mkdirSync(join(folder, "src"), { recursive: true });
writeFileSync(join(folder, "Nargo.toml"), '[package]\nname = "votes"\ntype = "bin"\n[dependencies]\n');
writeFileSync(join(folder, "src", "main.nr"), source.replace("u32 = 4096", `u32 = ${votes.weights.length}`));
const { program } = await compile_program(createFileManager(folder));
writeFileSync(join(folder, "votes.json"), JSON.stringify(program));
const { witness, returnValue } = await new Noir(program).execute(votes);
writeFileSync(join(folder, "votes.gz"), witness);
console.log(JSON.stringify(returnValue));
