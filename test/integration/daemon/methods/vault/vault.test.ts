import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readOrExplain } from "../../../../../src/daemon/methods/vault/vault.ts";
import { refusalOf } from "../../../../support/backend-tools.ts";
import { vaultProfile } from "../../../../support/vault-profile.ts";
import { refusal, useDaemon } from "../../living-daemon.ts";

const daemon = useDaemon();
const named = { profile: null, scope: null, name: "KEY" } as const;

function put(value: string | null, change: { scope?: "user" | "workspace" | "tenant"; reference?: string; copy?: boolean } = {}) {
  const { scope = "workspace", reference = null, copy = false } = change;
  return daemon.client.call("vault.put", { profile: null, scope, name: "KEY", value, reference, copy });
}

describe("a secret in the daemon", () => {
  it("is kept over a crash, in versions, and every change of it is in the audit without a value", async () => {
    expect(await put("value-one")).toMatchObject({ created: true, secret: { version: 1, source: "profile" } });
    expect(await put("value-two")).toMatchObject({ created: false, secret: { version: 2 } });
    await daemon.crash();
    expect(await daemon.client.call("vault.get", named)).toMatchObject({ name: "KEY", version: 2, versions: 2 });
    const { versions } = await daemon.client.call("vault.versions", named);
    expect(versions).toMatchObject([
      { version: 2, current: true },
      { version: 1, current: false },
    ]);
    const entries = await daemon.auditEntries();
    expect(entries.filter(({ kind }) => kind === "secret")).toMatchObject([
      { method: "PUT", path: "/vault/workspace/KEY" },
      { method: "PUT", path: "/vault/workspace/KEY" },
    ]);
    expect(JSON.stringify(entries)).not.toContain("value-");
    expect(daemon.home.log).not.toContain("value-");
  });

  it("of which there is none is unknown, also before there is a profile", async () => {
    expect(await daemon.client.call("vault.list", { profile: null, scope: null })).toEqual({ secrets: [] });
    for (const method of ["vault.get", "vault.versions", "vault.pull"] as const) {
      expect(await refusal(daemon.client.call(method, named))).toMatchObject({ code: "SECRET_UNKNOWN", exitCode: 2 });
    }
    expect(await refusal(put(""))).toMatchObject({ code: "KEY_EMPTY" });
    expect(await refusal(put(null))).toMatchObject({ code: "USAGE" });
  });

  it("of several scopes is removed from the one that is named", async () => {
    await put("w");
    await put("u", { scope: "user" });
    expect(await refusal(daemon.client.call("vault.remove", { ...named, force: false, dryRun: false }))).toMatchObject({ code: "USAGE" });
    await daemon.client.call("vault.remove", { ...named, scope: "user", force: false, dryRun: true });
    expect((await daemon.client.call("vault.get", named)).scope).toBe("user");
    await daemon.client.call("vault.remove", { ...named, scope: "user", force: false, dryRun: false });
    expect((await daemon.client.call("vault.get", named)).scope).toBe("workspace");
  });
});

describe("a secret that is kept elsewhere", () => {
  it("is a reference until it is pulled", async () => {
    const path = join(daemon.home.root, "key");
    writeFileSync(path, "from-file\n");
    expect(await put(null, { reference: `file:${path}` })).toMatchObject({ secret: { source: "file", reference: `file:${path}` } });
    expect(await daemon.client.call("vault.pull", named)).toMatchObject({ secret: { source: "profile", version: 2, reference: null } });
    writeFileSync(path, "changed");
    expect(await refusal(daemon.client.call("vault.pull", named))).toMatchObject({ code: "USAGE" });
    expect(await put(null, { reference: `file:${path}`, copy: true })).toMatchObject({ secret: { version: 3, source: "profile" } });
  });

  it("takes a value only where keyward may write, and a place only in a form it knows", async () => {
    expect(await refusal(put("v", { reference: "env:A" }))).toMatchObject({ code: "USAGE" });
    expect(await refusal(put(null, { reference: "nowhere:A" }))).toMatchObject({ code: "BACKEND_INVALID", exitCode: 2 });
    expect(await refusal(put(null, { reference: "file:/absent", copy: true }))).toMatchObject({ code: "CREDENTIALS_MISSING" });
  });

  it("is checked with all the others, with the variables that lead to it", async () => {
    await put(null, { reference: "env:KEYWARD_TEST_CHECKED" });
    const check = async () => (await daemon.client.call("vault.check", { profile: null, names: null })).secrets;
    expect(await check()).toMatchObject([
      { state: "missing", reason: "the variable KEYWARD_TEST_CHECKED is not set", variables: ["KEYWARD_TEST_CHECKED"] },
    ]);
    await daemon.client.call("vault.supply", { variables: { KEYWARD_TEST_CHECKED: "x" } });
    expect(await check()).toMatchObject([{ state: "ok", reason: null }]);
  });
});

it("says which version there is not, and which place failed", async () => {
  const { profile, vault, put: store } = vaultProfile();
  store("KEY", { reference: "env:KEYWARD_TEST_UNSET" });
  const secret = profile.store.secrets.find({ scope: "workspace", name: "KEY" })!;
  expect(await refusalOf(readOrExplain(profile, { secret }, { vault }))).toContain("KEY (env): the variable KEYWARD_TEST_UNSET is not set");
  expect(await refusalOf(readOrExplain(profile, { secret, version: 7 }, { vault }))).toBe("SECRET_UNKNOWN KEY has no version 7");
});
