// What full-disk.test.ts runs on a small disk; prints what happened as one line of JSON. Argument: a directory on that disk.
import { randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openAudit } from "../../../dist/audit/open-audit.js";
import { verifyAudit } from "../../../dist/audit/verify-audit.js";
import { systemClock } from "../../../dist/core/clock.js";
import { Secret } from "../../../dist/core/secret.js";
import { createProfile } from "../../../dist/store/create-profile.js";
import { writeDescriptor } from "../../../dist/store/custody/descriptor.js";
import { openProfile } from "../../../dist/store/open-profile.js";
import { profileFiles } from "../../../dist/store/profile-files.js";

const directory = join(process.argv[2], "profiles");
mkdirSync(directory, { mode: 0o700 });
const filler = join(process.argv[2], "filler");
const key = randomBytes(32);
const ref = { provider: "p", name: "c" };
const put = (store, value) =>
  store.connections.put({
    ...ref,
    kind: "api_key",
    fields: { key: new Secret(value) },
    publicFieldNames: [],
    origins: [],
    placeholders: { key: "ph" },
    expiresAtMs: null,
  });

function codeOf(use) {
  try {
    use();
    return "nothing";
  } catch (error) {
    return error.code ?? String(error);
  }
}

/** To the last byte. */
function fillDisk() {
  for (const size of [65_536, 4_096, 512, 1]) {
    try {
      for (;;) appendFileSync(filler, Buffer.alloc(size));
    } catch (error) {
      if (error.code !== "ENOSPC") throw error;
    }
  }
}

const files = profileFiles(directory, "work");
const store = createProfile({ directory, name: "work", key });
const audit = openAudit({ path: files.audit, clock: systemClock });
const record = { kind: "request", requestId: "req_1", runId: null, path: `/${"x".repeat(2_000)}` };
put(store, "old value");
audit.append(record);

fillDisk();
const storeCode = codeOf(() => put(store, "y".repeat(20_000)));
const isOldValueThere = store.connections.credential(ref)?.fields.key?.reveal() === "old value";
const couldRead = store.connections.list().length === 1;
const createCode = codeOf(() => createProfile({ directory, name: "second", key }));
const filesOfFailedCreation = readdirSync(directory).filter((name) => name.includes("second"));
const descriptorCode = codeOf(() => writeDescriptor(files, key, { custody: "file", wrap: null }));
// The last page of the file may have room for one more.
let auditCode = "nothing";
for (let tries = 0; tries < 5 && auditCode === "nothing"; tries++)
  auditCode = codeOf(() => audit.append({ ...record, requestId: "req_full" }));

rmSync(filler);
put(store, "new value");
const worksAgain = store.connections.credential(ref)?.fields.key?.reveal() === "new value";
audit.append({ ...record, requestId: "req_2" });
audit.close();
store.close();
openProfile({ directory, name: "work", key }).close();
const { firstBadSeq } = await verifyAudit(files.audit);
process.stdout.write(
  JSON.stringify({
    storeCode,
    isOldValueThere,
    couldRead,
    createCode,
    filesOfFailedCreation,
    descriptorCode,
    auditCode,
    worksAgain,
    firstBadSeq,
  }),
);
