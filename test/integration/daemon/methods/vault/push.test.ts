import { describe, expect, it } from "vitest";
import { refusal, useDaemon } from "../../living-daemon.ts";

const daemon = useDaemon();

function push(
  pairs: Readonly<Record<string, string>>,
  { scope = "workspace", dryRun = false }: { scope?: "user" | "workspace"; dryRun?: boolean } = {},
) {
  const list = Object.entries(pairs).map(([name, value]) => ({ name, value }));
  return daemon.client.call("vault.push", { profile: null, scope, pairs: list, dryRun });
}

const names = async (): Promise<string[]> => {
  const { secrets } = await daemon.client.call("vault.list", { profile: null, scope: null });
  return secrets.map(({ name, scope, version }) => `${scope} ${name} ${version}`);
};

describe("a push", () => {
  it("stores what is new or changed and leaves the rest as it is", async () => {
    expect((await push({ A: "1", B: "2" }, { dryRun: true })).rows.map(({ action }) => action)).toEqual(["new", "new"]);
    expect(await names()).toEqual([]);
    await push({ A: "1", B: "2" });
    expect((await push({ A: "1", B: "3", C: "4" })).rows).toEqual([
      { name: "A", action: "unchanged", version: 1 },
      { name: "B", action: "new version", version: 2 },
      { name: "C", action: "new", version: 1 },
    ]);
    expect(await names()).toEqual(["workspace A 1", "workspace B 2", "workspace C 1"]);
  });

  it("is refused whole where a name has another scope, which the words name", async () => {
    await push({ A: "1" }, { scope: "user" });
    for (const dryRun of [true, false]) {
      expect(await refusal(push({ NEW: "x", A: "2" }, { dryRun }))).toMatchObject({
        code: "SECRET_EXISTS",
        exitCode: 5,
        message: expect.stringContaining("--scope=user"),
      });
    }
    expect(await names()).toEqual(["user A 1"]);
    expect(await refusal(push({ A: "" }, { scope: "user" }))).toMatchObject({ code: "KEY_EMPTY" });
  });
});
