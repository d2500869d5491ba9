// The process that dies in store-kills.mjs and power-cuts.mjs: does one kind of work on a profile's files without end and says on standard
// output what is done, a line each. Arguments: task, directory, key in hex, profile name. `begin N` comes before step N and `acked N` after.
import { writeSync } from "node:fs";
import { join } from "node:path";
import { writeNewFile } from "../../../dist/cli/files/write-new-file.js";
import { replaceProfile } from "../../../dist/store/backup/replace-profile.js";
import { createProfile } from "../../../dist/store/create-profile.js";
import { rewrapKey } from "../../../dist/store/custody/rewrap-key.js";
import { openProfile } from "../../../dist/store/open-profile.js";
import { backupBytes, connectionOf, contentOf, KEY_FILE, sourcesOf } from "./content.mjs";
import { weaken } from "./weaken.mjs";

const [task, directory, keyHex, name] = process.argv.slice(2);
const key = Buffer.from(keyHex, "hex");
const options = { directory, name, key };
const say = (line) => writeSync(1, `${line}\n`);

/** Few names, so that most writes replace: the worst case for what a crash can leave. */
function write(store) {
  say("open");
  for (let at = Number(store.readFact("proxyPort") ?? "0") + 1; ; at++) {
    say(`begin ${at}`);
    store.connections.put(connectionOf(at));
    store.writeFact("proxyPort", String(at));
    say(`acked ${at}`);
  }
}

/** On a disk that fails now and then: what is refused is tried again, and refusals have one of the store's codes. */
function endure() {
  const store = tryAgain(() => openProfile(options));
  const steps = Number(process.env.CRASH_STEPS);
  say("open");
  for (let at = Number(tryAgain(() => store.readFact("proxyPort")) ?? "0") + 1, last = at + steps; at < last; at++) {
    say(`begin ${at}`);
    tryAgain(() => store.connections.put(connectionOf(at)));
    tryAgain(() => store.writeFact("proxyPort", String(at)));
    say(`acked ${at}`);
  }
  tryAgain(() => store.close());
}

function tryAgain(step) {
  for (;;) {
    try {
      return step();
    } catch (error) {
      if (error.code !== "STORE_FULL" && error.code !== "STORE_UNUSABLE") throw error;
      say(`refused ${error.code}`);
    }
  }
}

async function repeat(step) {
  for (let at = 1; ; at++) {
    say(`begin ${at}`);
    await step(at);
    say(`acked ${at}`);
  }
}

const tasks = {
  write: () => write(openProfile(options)),
  create: () => write(createProfile(options)),
  migrate: () => write(openProfile(options)),
  endure,
  rekey: () => repeat((at) => rewrapKey({ ...sourcesOf(directory, name), key, custody: at % 2 === 0 ? "file" : "key-file" })),
  backup: () => repeat((at) => writeNewFile(join(directory, "saved.kwb"), backupBytes(at), true)),
  restore: () => repeat((at) => replaceProfile(options, contentOf(at)).close()),
};

weaken(process.env.CRASH_SYNCHRONOUS);
if (process.env.CRASH_KEY_FILE !== undefined) KEY_FILE.path = process.env.CRASH_KEY_FILE;
say("started");
try {
  await tasks[task]();
} catch (error) {
  say(`failed ${error.code ?? ""} ${error.message}`);
  process.exitCode = 3;
}
