// After a death: opens what is there as the next keyward would and throws when something acknowledged is gone or something is half there.
// In: the task, the stage it ran on and the lines it said. Out: nothing.
import { existsSync, readFileSync } from "node:fs";
import { createProfile } from "../../../dist/store/create-profile.js";
import { obtainKey } from "../../../dist/store/custody/obtain-key.js";
import { readCustody } from "../../../dist/store/custody/descriptor.js";
import { openDatabase } from "../../../dist/store/database.js";
import { openProfile } from "../../../dist/store/open-profile.js";
import { SCHEMA_VERSION } from "../../../dist/store/migrations.js";
import { isWholeBackup, sourcesOf, valueOf } from "./content.mjs";

export async function judge(task, stage, said) {
  const failed = said.find((line) => line.startsWith("failed"));
  if (failed !== undefined) throw new Error(`the work itself ${failed}`);
  await judges[task](stage, {
    acked: lastNumber(said, "acked"),
    begun: lastNumber(said, "begin"),
    isOpen: said.includes("open"),
  });
}

function lastNumber(said, word) {
  return Math.max(0, ...said.filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.slice(word.length + 1))));
}

const judges = {
  write: judgeWrites,
  endure: judgeWrites,
  create(stage, { acked, isOpen }) {
    if (!existsSync(stage.database)) {
      if (isOpen) throw new Error("a created profile is gone");
      createProfile(stage).close();
    }
    judgeWrites(stage, { acked });
  },
  migrate(stage, { acked, isOpen }) {
    const copy = `${stage.database}.before-v${SCHEMA_VERSION}`;
    const migrated = withDatabase(stage.database, stage.key, versionOf) === SCHEMA_VERSION;
    if (isOpen && !migrated) throw new Error("a migration that was acknowledged is gone");
    if (migrated && withDatabase(copy, stage.key, versionOf) !== stage.fixture)
      throw new Error("the copy of the old store is not what it was");
    using(stage, (store) => {
      const value = store.connections.credential({ provider: "openai", name: "default" })?.fields.key?.reveal();
      if (value !== "fixture-value-1" || store.runs.list().length !== 1) throw new Error("the migrated store lacks what the old one held");
      if (acked > 0 && Number(store.readFact("proxyPort")) < acked) throw new Error(`acknowledged ${acked} is gone`);
    });
  },
  async rekey(stage, { acked, begun }) {
    const key = await obtainKey(sourcesOf(stage.directory, stage.name));
    if (!key.equals(stage.key)) throw new Error("the descriptor leads to another key");
    const custodies = new Set([acked, begun].map((at) => (at % 2 === 0 ? "file" : "key-file")));
    if (!custodies.has(readCustody(stage.directory, stage.name))) throw new Error("an acknowledged change of custody is gone");
    using(stage, (store) => void store.connections.list());
  },
  backup({ saved }, { acked, begun }) {
    if (!existsSync(saved)) {
      if (acked > 0) throw new Error("an acknowledged backup is gone");
      return;
    }
    const bytes = readFileSync(saved);
    if (!isWholeBackup(bytes)) throw new Error("the backup is half written");
    const text = bytes.toString("latin1", 0, 64);
    // Before the first acknowledgement the file of the round before may be there.
    if (acked > 0 && text !== valueOf(acked) && text !== valueOf(begun)) throw new Error(`acknowledged backup ${acked} is gone`);
  },
  restore(stage, { acked, begun }) {
    using(stage, (store) => {
      const connections = store.connections.list();
      const [generation] = connections.map(({ expiresAtMs }) => expiresAtMs);
      const isWhole = connections.length === 40 && connections.every(({ expiresAtMs }) => expiresAtMs === generation);
      if (!isWhole && (acked > 0 || connections.length > 0)) throw new Error("two restores are mixed");
      if (acked > 0 && generation !== acked && generation !== begun) throw new Error(`acknowledged restore ${acked} is gone`);
    });
  },
};

function judgeWrites(stage, { acked }) {
  using(stage, (store) => {
    const reached = Number(store.readFact("proxyPort") ?? "0");
    if (reached < acked) throw new Error(`acknowledged ${acked} is gone, the last is ${reached}`);
    for (const { name, expiresAtMs: at } of store.connections.list()) {
      // The newest of its name at the end, or one more: written, and dead before the fact.
      if (at <= reached - 5 || at > reached + 1) throw new Error(`connection ${name} is of ${at}, the last write is ${reached}`);
      if (store.connections.credential({ provider: "p", name })?.fields.key?.reveal() !== valueOf(at))
        throw new Error(`connection ${name} has another value`);
    }
  });
  const integrity = withDatabase(stage.database, stage.key, (db) => db.pragma("integrity_check", { simple: true }));
  if (integrity !== "ok") throw new Error(`integrity check: ${integrity}`);
}

function using(stage, look) {
  const store = openProfile(stage);
  try {
    look(store);
  } finally {
    store.close();
  }
}

const versionOf = (db) => db.pragma("user_version", { simple: true });

function withDatabase(path, key, look) {
  const db = openDatabase(path, key);
  try {
    return look(db);
  } finally {
    db.close();
  }
}
