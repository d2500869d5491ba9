// A directory for each kind of work, in the state its worker needs at the start of a round. In: a task. Out: a stage: paths, name, key.
import { randomBytes } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createProfile } from "../../../dist/store/create-profile.js";
import { writeDescriptor } from "../../../dist/store/custody/descriptor.js";
import { writeKeyFile } from "../../../dist/store/custody/key-file.js";
import { SCHEMA_VERSION } from "../../../dist/store/migrations.js";
import { sweepTemporaries } from "../../../dist/store/private-files.js";
import { profileFiles } from "../../../dist/store/profile-files.js";
import { KEY_FILE } from "./content.mjs";

const FIXTURE_KEY = Buffer.from(Array.from({ length: 32 }, (_, at) => at));

/** Removed by `clear`. */
export function makeRoot() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "kw-crash-")));
  return { root, clear: () => rmSync(root, { recursive: true, force: true }) };
}

/** `isFresh`: every round begins anew; else it goes on from what the last one left. */
export function stageFor(task, round, { root, isFresh }) {
  const directory = join(root, task);
  const begins = round === 1 || isFresh || task === "create" || task === "migrate";
  if (begins) rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const key = task === "migrate" ? FIXTURE_KEY : keyOf(root, task);
  const files = profileFiles(directory, "work");
  const fixture = 1 + (round % (SCHEMA_VERSION - 1));
  const stage = { directory, name: "work", key, fixture, database: files.database, saved: join(directory, "saved.kwb") };
  if (begins) prepare(task, stage, files);
  return stage;
}

const keys = new Map();
function keyOf(root, task) {
  const id = `${root} ${task}`;
  if (!keys.has(id)) keys.set(id, randomBytes(32));
  return keys.get(id);
}

function prepare(task, stage, files) {
  if (task === "create") return;
  if (task === "migrate") {
    copyFileSync(fileURLToPath(new URL(`../../../test/fixtures/store/v${stage.fixture}.db`, import.meta.url)), files.database);
    chmodSync(files.database, 0o600);
    return;
  }
  createProfile(stage).close();
  if (task === "rekey") {
    KEY_FILE.path = join(stage.directory, "..", "outside.key");
    writeFileSync(KEY_FILE.path, `${stage.key.toString("hex")}\n`, { mode: 0o600 });
    writeKeyFile(files, stage.key);
    writeDescriptor(files, stage.key, { custody: "file", wrap: null });
  }
}

/** What the dead left half-written is gone once the profile was used again, as obtaining its key does. */
export function refuseLeftovers({ directory, name }) {
  sweepTemporaries(directory, name);
  const left = readdirSync(directory).filter((file) => file.startsWith(`.${name}.`));
  if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
}
