// Finishes package-lock.json; run by `npm run lock`.
// Addresses are taken out: whose registry a machine uses is that machine's business.
// anvil's binaries for other platforms are put in where npm left them out, because a registry
// that mirrors one platform does not know them and `npm ci` refuses a lock without them. They
// are held by exact version only; the platform the lock was made on is held by its hash too.
"use strict";
const fs = require("fs");
const path = require("path");

const file = path.join(__dirname, "package-lock.json");
const lock = JSON.parse(fs.readFileSync(file, "utf8"));
for (const entry of Object.values(lock.packages)) {
  delete entry.resolved;
  delete entry.funding;
}

const cpus = { amd64: "x64", arm64: "arm64" };
const anvil = lock.packages["node_modules/@foundry-rs/anvil"];
for (const [name, version] of Object.entries(anvil.optionalDependencies)) {
  const [, os, cpu] = name.match(/anvil-(\w+)-(\w+)$/);
  lock.packages[`node_modules/${name}`] ??= {
    version, dev: true, optional: true, os: [os], cpu: [cpus[cpu]],
  };
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)),
);
fs.writeFileSync(file, JSON.stringify(lock, null, 2) + "\n");
