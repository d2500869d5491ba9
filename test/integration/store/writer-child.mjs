// What crash.test.ts kills: a process that uses a profile and says on standard output what is done, one line each.
// Arguments: directory, name, key in hex, and what to do: `write` connections without end, or `create` the profile and then write.
import { createHash } from "node:crypto";
import { writeSync } from "node:fs";
import { Secret } from "../../../dist/core/secret.js";
import { createProfile } from "../../../dist/store/create-profile.js";
import { openProfile } from "../../../dist/store/open-profile.js";

const [directory, name, keyHex, task] = process.argv.slice(2);
const key = Buffer.from(keyHex, "hex");

const say = (line) => writeSync(1, `${line}\n`);
const valueOf = (at) => createHash("sha256").update(`${at}`).digest("hex");

say("started");
const store = task === "create" ? createProfile({ directory, name, key }) : openProfile({ directory, name, key });
say("open");
const first = Number(store.readFact("proxyPort") ?? "0");
for (let at = first + 1; ; at++) {
  try {
    // Few names, so that most writes replace: the worst case for what a crash can leave.
    store.connections.put({
      provider: "p",
      name: `c${at % 5}`,
      kind: "api_key",
      fields: { key: new Secret(valueOf(at)), padding: new Secret("x".repeat(at % 3000)) },
      publicFieldNames: [],
      origins: [{ host: "api.example.com", port: 443 }],
      placeholders: { key: `ph-c${at % 5}` },
      expiresAtMs: at,
    });
    store.writeFact("proxyPort", String(at));
  } catch (error) {
    say(`failed ${error.code}`);
    process.exit(3);
  }
  say(`acked ${at}`);
}
