// No stored value is in any file in the clear, whatever the custody, while the store is open, closed and after deletions.
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openAudit } from "../../../src/audit/open-audit.ts";
import { systemClock } from "../../../src/core/clock.ts";
import { Secret } from "../../../src/core/secret.ts";
import { readBackup } from "../../../src/store/backup/read-backup.ts";
import { replaceProfile } from "../../../src/store/backup/replace-profile.ts";
import { createProfile } from "../../../src/store/create-profile.ts";
import { createKey } from "../../../src/store/custody/create-key.ts";
import { profileFiles } from "../../../src/store/profile-files.ts";
import type { ProfileStore } from "../../../src/store/profile-store.ts";
import { assertNoSecret, findSecrets } from "../../support/assert-no-secret.ts";

let directory: string;
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "kw-canary-")));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const canary = (): string => `sk-${randomBytes(24).toString("base64url")}`;

function fill(store: ProfileStore, canaries: readonly string[]): void {
  canaries.forEach((value, at) =>
    store.connections.put({
      provider: "openai",
      name: `c${at}`,
      kind: "api_key",
      fields: { key: new Secret(value) },
      publicFieldNames: [],
      origins: [{ host: "api.openai.com", port: 443 }],
      placeholders: { key: `ph-${at}` },
      expiresAtMs: null,
    }),
  );
  store.writeAuthority({
    certificatePem: "certificate",
    privateKeyPem: new Secret(canaries[0] ?? ""),
  });
}

/** All byte values about equally often: 8 bits of entropy a byte, within what chance allows. */
function looksRandom(bytes: Buffer): boolean {
  const counts = new Map<number, number>();
  for (const byte of bytes) counts.set(byte, (counts.get(byte) ?? 0) + 1);
  const entropy = [...counts.values()].reduce((sum, count) => sum - (count / bytes.length) * Math.log2(count / bytes.length), 0);
  return entropy > 8 - 512 / bytes.length;
}

describe("the files of a profile", () => {
  it.each(["file", "passphrase"] as const)("show no credential and no passphrase under custody %s", async (custody) => {
    const passphrase = new Secret(canary());
    const external = { keyFile: null, keyCommand: null };
    const { key } = await createKey({
      directory,
      name: "work",
      custody,
      passphrase,
      external,
      keychain: false,
    });
    const store = createProfile({ directory, name: "work", key });
    const audit = openAudit({ path: profileFiles(directory, "work").audit, clock: systemClock });
    const canaries = Array.from({ length: 60 }, canary);
    const check = (): void => assertNoSecret({ canaries: [...canaries, passphrase.reveal()], directories: [directory] });
    fill(store, canaries);
    const [value = ""] = canaries;
    const leaky = {
      kind: "request",
      requestId: "req_1",
      runId: null,
      path: `/v1?key=${value}`,
      authorization: value,
    } as const;
    audit.append(leaky);
    check();
    const sealed = await store.backUp(passphrase);
    writeFileSync(join(directory, "saved.kwb"), sealed, { mode: 0o600 });
    check();
    store.connections.forget("openai");
    check();
    audit.close();
    store.close();
    check();
    const { content } = await readBackup(sealed, passphrase);
    const restored = replaceProfile({ directory, name: "work", key }, content);
    expect(restored.connections.list()).toHaveLength(60);
    check();
    restored.close();
    check();
    expect(looksRandom(sealed)).toBe(true);
    expect(looksRandom(readFileSync(join(directory, "work.db")))).toBe(true);
    // The bare key lies in its own file or nowhere.
    const found = findSecrets({
      canaries: [key.toString("hex"), key.toString("latin1")],
      directories: [directory],
    });
    expect(found.filter((where) => !where.endsWith("/work.key"))).toEqual([]);
    expect(found.length > 0).toBe(custody === "file");
    expect(readdirSync(directory).filter((file) => (statSync(join(directory, file)).mode & 0o077) !== 0)).toEqual([]);
  });

  it("are seen to leak when one does", async () => {
    const value = canary();
    const store = createProfile({
      directory,
      name: value.toLowerCase().replace(/[^a-z0-9]/g, ""),
      key: randomBytes(32),
    });
    const audit = openAudit({ path: join(directory, "a.jsonl"), clock: systemClock });
    audit.append({ kind: "request", requestId: "req_1", runId: null, path: `/${value}` });
    audit.close();
    store.close();
    expect(findSecrets({ canaries: [value], directories: [directory] })).toHaveLength(1);
  });
});
