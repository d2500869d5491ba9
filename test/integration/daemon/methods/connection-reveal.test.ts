import { describe, expect, it } from "vitest";
import type { ProcessIdentity } from "../../../../src/core/run.ts";
import { KEY, refusal, self, useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();

describe("revealing", () => {
  it("gives values to a person, audited", async () => {
    await daemon.store();
    const { connections } = await daemon.client.call("connection.reveal", {
      profile: null,
      provider: "openai",
      connection: null,
      asker: self,
    });
    expect(connections[0]).toMatchObject({ provider: "openai", name: "default", fields: { key: KEY }, env: { OPENAI_API_KEY: KEY } });
    const { entries } = await daemon.client.call("audit.list", {
      profile: null,
      run: null,
      provider: null,
      sinceMs: null,
      denied: false,
      limit: 10,
    });
    expect(entries.filter((entry) => entry.kind === "reveal")).toMatchObject([{ provider: "openai", connection: "default", code: null }]);
  });

  it("is refused to the owner of a run and everything below it, and to a liar", async () => {
    await daemon.store();
    const owner = daemon.startOwner();
    await daemon.startRun({ owner: owner.identity });
    const ask = (asker: ProcessIdentity) =>
      daemon.client.call("connection.reveal", { profile: null, provider: "openai", connection: null, asker });
    expect((await ask(self)).connections).toHaveLength(1);
    expect(await refusal(ask(owner.identity))).toMatchObject({ code: "REVEAL_REFUSED", exitCode: 8 });
    expect(await refusal(ask({ ...self, startedAt: "1" }))).toMatchObject({ code: "REVEAL_REFUSED" });
    await daemon.startRun({ owner: self });
    const below = daemon.startOwner();
    expect(await refusal(ask(below.identity))).toMatchObject({ code: "REVEAL_REFUSED" });
    const { entries } = await daemon.client.call("audit.list", {
      profile: null,
      run: null,
      provider: null,
      sinceMs: null,
      denied: false,
      limit: 50,
    });
    expect(entries.filter((entry) => entry.code === "REVEAL_REFUSED")).toHaveLength(3);
  });

  it("of nothing says what to do", async () => {
    expect(
      await refusal(daemon.client.call("connection.reveal", { profile: null, provider: null, connection: null, asker: self })),
    ).toMatchObject({ code: "LOGIN_REQUIRED" });
  });
});
