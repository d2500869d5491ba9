// hub init: makes a hub once, is safe to run again, gives a set-up token until somebody has signed up; on both engines.
import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { initHub } from "../../../src/hub/init-hub.ts";
import { kindOf } from "../../../src/core/shapes/hub-token.ts";
import { openBrowserLike } from "../../support/hub/browser-like.ts";
import { describeOnBothEngines } from "../../support/hub/engines.ts";

const log = { info: () => undefined, error: () => undefined };

describeOnBothEngines("hub init", (rig) => {
  it("keeps its key and tenant when it runs again, and stops giving set-up tokens once a person is in", async () => {
    const { options, init } = rig();
    const file = options.rootKey.file ?? "";
    const key = readFileSync(file, "utf8");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(kindOf(init.setupToken ?? "")).toBe("inv");
    const again = await initHub({ options, log });
    expect([again.engine, kindOf(again.setupToken ?? ""), readFileSync(file, "utf8")]).toEqual([init.engine, "inv", key]);
    const browser = openBrowserLike(rig().hub.url);
    const person = { invitation: init.setupToken ?? "", email: "first@example.com", password: "correct horse battery" };
    expect((await browser.submit(await browser.open("/setup"), "/setup", person)).text).toContain("Your account is ready");
    expect((await initHub({ options, log })).setupToken).toBeNull();
  });
});

it("hub init says which directory it cannot make", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "kw-init-")), "file");
  writeFileSync(file, "");
  const dataDir = join(file, "data");
  const options = {
    dataDir,
    rootKey: {},
    host: "127.0.0.1",
    port: 0,
    tls: null,
    trustedProxies: [],
    isInsecureAllowed: false,
    upstream: null,
  };
  await expect(
    initHub({ options: { ...options, databaseUrl: undefined, ownerUrl: undefined, publicUrl: undefined }, log }),
  ).rejects.toMatchObject({
    code: "HUB_UNUSABLE",
    message: `cannot create ${dataDir} (ENOTDIR)`,
  });
});
