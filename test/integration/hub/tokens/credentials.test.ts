// Digests in real databases: found by their token and kind alone, marked, wiped; on both engines.
import { expect, it } from "vitest";
import { addCredential, findCredential, NEVER_MS, removeCredentials, supersedeCredential } from "../../../../src/hub/tokens/credentials.ts";
import { newHubToken } from "../../../../src/hub/tokens/token-format.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";

describeOnBothEngines("a credential", (rig) => {
  it("is found by its token and kind, once superseded too, and by nothing after its subject ended", async () => {
    const { storage, digester } = rig().hub.parts;
    const token = newHubToken("inv");
    const subjectId = `inv_${token.slice(-10)}`;
    const find = (text: string, kinds: readonly ("inv" | "pat")[] = ["inv"]) =>
      storage.within({}, (tx) => findCredential(tx, digester, { token: text, kinds }));
    const add = () => storage.within({}, (tx) => addCredential(tx, digester, { token, tenantId: null, subjectId, expiresAtMs: NEVER_MS }));
    await add();
    await add();
    expect(await find(token)).toMatchObject({ kind: "inv", subject_id: subjectId, superseded_at_ms: null });
    expect([await find(token, ["pat"]), await find(newHubToken("inv")), await find("nonsense")]).toEqual([null, null, null]);
    const { digest } = digester.digest(token);
    await storage.within({}, (tx) => supersedeCredential(tx, digest, { nowMs: 5, untilMs: 9 }));
    expect(await find(token)).toMatchObject({ superseded_at_ms: 5, expires_at_ms: 9 });
    await storage.within({}, (tx) => removeCredentials(tx, subjectId));
    expect(await find(token)).toBeNull();
  });

  it("is kept for nothing that is no token of the hub", async () => {
    const { storage, digester } = rig().hub.parts;
    const add = storage.within({}, (tx) => addCredential(tx, digester, { token: "x", tenantId: null, subjectId: "x", expiresAtMs: 1 }));
    await expect(add).rejects.toThrow("not a token of this hub");
  });
});
