// Compiles every contracts/*.sol with solc's standard JSON into build/contracts.json:
// { "key": …, "contracts": { name: { abi, bytecode, deployedBytecode, source } } }.
// The key is a hash of everything the result depends on; nothing is compiled when it is the same.
// Imports are found by Node's own rules, so @openzeppelin/contracts is version 5 and oz4 version 4.
"use strict";
const fs = require("fs");
const path = require("path");
const crypto = require("crypto");

const here = __dirname;
const out = path.join(here, "build", "contracts.json");
const folder = path.join(here, "contracts");
const read = (...parts) => fs.readFileSync(path.join(...parts), "utf8");
const files = fs.readdirSync(folder).filter((f) => f.endsWith(".sol")).sort();

function key() {
  const hash = crypto.createHash("sha256");
  hash.update(read(__filename)).update(read(here, "package-lock.json"));
  for (const file of files) hash.update(file).update("\0").update(read(folder, file));
  return hash.digest("hex");
}

function found(name) {
  try {
    return { contents: fs.readFileSync(require.resolve(name, { paths: [here] }), "utf8") };
  } catch (error) {
    return { error: error.message };
  }
}

function compile() {
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(files.map((f) => [f, { content: read(folder, f) }])),
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: "cancun",
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
    },
  };
  const solc = require("solc");
  const result = JSON.parse(solc.compile(JSON.stringify(input), { import: found }));
  const errors = (result.errors || []).filter((e) => e.severity === "error");
  if (errors.length) throw new Error(errors.map((e) => e.formattedMessage).join("\n"));
  const contracts = {};
  for (const file of files) {
    for (const [name, c] of Object.entries(result.contracts[file] || {})) {
      if (contracts[name]) throw new Error(`two contracts are called ${name}`);
      contracts[name] = {
        abi: c.abi,
        bytecode: c.evm.bytecode.object,
        deployedBytecode: c.evm.deployedBytecode.object,
        source: file,
      };
    }
  }
  return contracts;
}

const wanted = key();
if (!fs.existsSync(out) || JSON.parse(read(out)).key !== wanted) {
  const contracts = compile();
  fs.mkdirSync(path.dirname(out), { recursive: true });
  const part = `${out}.${process.pid}`; // renamed when whole: two test runs may compile at once
  fs.writeFileSync(part, JSON.stringify({ key: wanted, contracts }));
  fs.renameSync(part, out);
}
console.log(out);
