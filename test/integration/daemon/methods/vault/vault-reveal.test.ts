import { describe, expect, it } from "vitest";
import { refusal, self, useDaemon } from "../../living-daemon.ts";

const daemon = useDaemon();
const put = (name: string, value: string) =>
  daemon.client.call("vault.put", { profile: null, scope: "workspace", name, value, reference: null, copy: false });
const reveal = (asker = self, version: number | null = null) =>
  daemon.client.call("vault.reveal", { profile: null, name: "KEY", scope: null, version, asker });
const expand = (texts: Readonly<Record<string, string>>, asker = self) =>
  daemon.client.call("vault.expand", { profile: null, texts, asker });

describe("revealing a secret", () => {
  it("gives the newest value or an earlier one, audited", async () => {
    await put("KEY", "one");
    await put("KEY", "two");
    expect([await reveal(), await reveal(self, 1)]).toEqual([{ value: "two" }, { value: "one" }]);
    expect(await refusal(reveal(self, 9))).toMatchObject({ code: "SECRET_UNKNOWN" });
    const revealed = (await daemon.auditEntries()).filter(({ kind }) => kind === "reveal");
    expect(revealed).toMatchObject([{ path: "/vault/workspace/KEY" }, { path: "/vault/workspace/KEY" }]);
  });

  it("is refused below a run, and that is audited", async () => {
    await put("KEY", "one");
    const owner = daemon.startOwner();
    await daemon.startRun({ owner: owner.identity });
    expect(await refusal(reveal(owner.identity))).toMatchObject({ code: "REVEAL_REFUSED", exitCode: 8 });
    expect(await refusal(expand({ A: "${vault:KEY}" }, owner.identity))).toMatchObject({ code: "REVEAL_REFUSED" });
    expect((await daemon.auditEntries()).filter(({ code }) => code === "REVEAL_REFUSED")).toHaveLength(2);
  });
});

describe("references in texts", () => {
  it("are filled in", async () => {
    await put("KEY", "$& ${vault:OTHER}");
    await put("OTHER", "o");
    expect((await expand({ URL: "u:${vault:KEY}@${vault:OTHER}", PLAIN: "p" })).texts).toEqual({
      URL: "u:$& ${vault:OTHER}@o",
      PLAIN: "p",
    });
  });

  it("that lead nowhere are all named at once", async () => {
    await put("KEY", "one");
    expect(await refusal(expand({ A: "${vault:KEY}${vault:NONE_ONE}", B: "${vault:NONE_TWO}" }))).toMatchObject({
      code: "CREDENTIALS_MISSING",
      exitCode: 7,
      message: "2 secrets cannot be had: NONE_ONE is not in the vault; NONE_TWO is not in the vault",
    });
    expect(await refusal(expand({ A: "${vault:}" }))).toMatchObject({ code: "NAME_INVALID" });
  });
});
