import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { sealBackup } from "../../../../src/store/backup/backup-file.ts";
import { readBackup } from "../../../../src/store/backup/read-backup.ts";
import { codeOfAsync, NAME, newConnection, tempProfile } from "../temp-profile.ts";

const passphrase = new Secret("correct horse");
const grant = {
  field: "key",
  clientId: "client",
  clientSecret: null,
  clientAuth: "post",
  scopes: [],
  issuer: null,
  tokenUrl: "https://auth.example.com/token",
  revocationUrl: null,
  obtainedAtMs: 1,
} as const;

describe("reading a backup", () => {
  it("tells what is in it before anything is restored", async () => {
    const { store } = tempProfile({ nowMs: () => 1_234 });
    store.connections.put(newConnection());
    const renewable = { ...grant, refreshToken: new Secret("refresh") };
    store.connections.put(newConnection({ provider: "gitlab", kind: "oauth2", placeholders: { key: "a" }, grant: renewable }));
    store.connections.put(
      newConnection({ provider: "slack", kind: "oauth2", placeholders: { key: "b" }, grant: { ...grant, refreshToken: null } }),
    );
    const file = await store.backUp(passphrase);
    const opened = await readBackup(file, passphrase);
    expect(opened).toMatchObject({ connections: 3, renewable: 1, content: { profile: NAME, madeAtMs: 1_234 } });
    expect(file.includes("gitlab")).toBe(false);
  });

  it("counts nothing in an empty one", async () => {
    const { store } = tempProfile();
    expect(await readBackup(await store.backUp(passphrase), passphrase)).toMatchObject({ connections: 0, renewable: 0 });
  });

  it("refuses a file that opens and holds something else", async () => {
    const file = await sealBackup(Buffer.from("[]"), passphrase, { logN: 15 });
    expect(await codeOfAsync(() => readBackup(file, passphrase))).toBe("BACKUP_CORRUPT");
  });
});
