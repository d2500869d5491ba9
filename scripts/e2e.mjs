// Run it to see every client work (`npm run e2e [-- NAME…]`): installs the clients of test/e2e/clients, runs each inside `keyward run`
// against strict stand-ins on loopback and prints a matrix. npm clients go to a cache directory outside the project, Debian's are installed
// when root; what cannot be had is named. `--list` shows the names, `--no-install` takes what is there, `--write` puts a whole
// and sound matrix into docs/clients.md. Ends with 1 when a row failed: the API did not get the key, or the client did.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readClients } from "../test/e2e/matrix/clients.mjs";
import { describeMatrix, writeMatrix } from "../test/e2e/matrix/describe.mjs";
import { installClients } from "../test/e2e/matrix/install.mjs";
import { Theatre } from "../test/e2e/matrix/theatre.mjs";

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: "boolean", default: false },
    "no-install": { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    json: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});

// A second signal must not keep the first from tidying up.
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => interrupted.abort(signal));

process.exitCode = await main();

async function main() {
  const clients = await readClients(names);
  if (options.list) {
    for (const { id, title } of clients) console.log(`${id.padEnd(24)} ${title}`);
    return 0;
  }
  if (clients.length === 0) {
    console.error(`no client is called ${names.join(", ")}; npm run e2e -- --list shows them`);
    return 2;
  }
  const installed = installClients(clients, { install: !options["no-install"], say: (text) => console.error(text) });
  const rows = await play(clients, installed);
  console.log(describeMatrix(rows));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
  if (interrupted.signal.aborted) return 130;
  if (rows.some((row) => row.verdict === "FAIL")) return 1;
  // Part of a matrix, or a failed one, must not replace the whole.
  if (options.write && names.length === 0) writeMatrix(rows, new URL("../docs/clients.md", import.meta.url));
  return 0;
}

async function play(clients, installed) {
  const theatre = new Theatre();
  const rows = [];
  try {
    await theatre.open();
    for (const client of clients) {
      if (interrupted.signal.aborted) break;
      const row = await theatre.perform(client, installed.get(client.id), interrupted.signal);
      rows.push(row);
      console.error(`${row.verdict.padEnd(13)} ${client.id}${row.note === "" ? "" : `: ${row.note}`}`);
      if (options.verbose || row.verdict === "FAIL") console.error(row.said.replace(/^(?=.)/gm, "    "));
    }
  } finally {
    await theatre.close();
  }
  return rows;
}
