import { describe, expect, it } from "vitest";
import type { Params } from "../../../../../src/control/protocol.ts";
import { KEY, refusal, useDaemon } from "../../living-daemon.ts";

const daemon = useDaemon();
const put = (name: string, value: string) =>
  daemon.client.call("vault.put", { profile: null, scope: "workspace", name, value, reference: null, copy: false });

function set(change: Partial<Params<"labelled.set">>) {
  const base = { profile: null, id: "team", kind: "llm", label: "Team", secret: "OPENAI_TEAM", provider: "openai", force: false } as const;
  return daemon.client.call("labelled.set", { ...base, ...change });
}

describe("a connection that is set", () => {
  it("of a provider is one that runs can use, and is forgotten with it while its secret stays", async () => {
    await put("OPENAI_TEAM", KEY);
    expect(await set({})).toMatchObject({ connection: { id: "team", status: "connected" }, replaced: false });
    expect(await daemon.connections()).toEqual(["openai=team*"]);
    const started = await daemon.startRun();
    expect(started.env["OPENAI_API_KEY"]).not.toContain(KEY);
    expect(await daemon.client.call("labelled.remove", { profile: null, id: "team" })).toMatchObject({ connection: { id: "team" } });
    expect(await daemon.connections()).toEqual([]);
    expect(await daemon.client.call("vault.get", { profile: null, name: "OPENAI_TEAM", scope: null })).toMatchObject({ usedBy: [] });
    for (const method of ["labelled.get", "labelled.remove"] as const) {
      expect(await refusal(daemon.client.call(method, { profile: null, id: "team" }))).toMatchObject({
        code: "CONNECTION_UNKNOWN",
        exitCode: 2,
      });
    }
  });

  it("keeps its secret from being removed, unless that is forced, and then runs say what is missing", async () => {
    await put("OPENAI_TEAM", KEY);
    await set({});
    const remove = (force: boolean) =>
      daemon.client.call("vault.remove", { profile: null, name: "OPENAI_TEAM", scope: null, force, dryRun: false });
    expect(await refusal(remove(false))).toMatchObject({ code: "SECRET_IN_USE", exitCode: 5, message: expect.stringContaining("team") });
    await remove(true);
    expect(await daemon.client.call("labelled.get", { profile: null, id: "team" })).toMatchObject({ status: "missing" });
    expect((await daemon.client.call("connection.list", { profile: null })).connections).toMatchObject([{ status: "missing" }]);
    const { rows } = await daemon.client.call("creds.catalogue", { profile: null });
    expect(rows.find(({ id }) => id === "openai")?.connections).toMatchObject([{ fault: "its secret OPENAI_TEAM is not in the vault" }]);
    expect(await refusal(daemon.startRun())).toMatchObject({
      code: "CREDENTIALS_MISSING",
      exitCode: 7,
      message: expect.stringContaining("OPENAI_TEAM"),
    });
  });

  it("stands for the provider of its kind, for another after it is changed, or for none", async () => {
    await put("SLACK", `xoxb-${"12345678901-".repeat(2)}${"aB".repeat(12)}`);
    expect(await set({ id: "bot", kind: "slack", secret: "SLACK", provider: null })).toMatchObject({ connection: { provider: "slack" } });
    await put("OPENAI_TEAM", KEY);
    expect(await set({ id: "bot" })).toMatchObject({ replaced: true, connection: { provider: "openai", kind: "llm" } });
    expect(await daemon.connections()).toEqual(["openai=bot*"]);
    expect(await set({ id: "mail", kind: "email", provider: null })).toMatchObject({ notices: [expect.stringContaining("--provider")] });
    expect(await set({ id: "nightly", kind: "cron", secret: null, provider: null })).toMatchObject({ notices: [] });
    const { connections } = await daemon.client.call("labelled.list", { profile: null, kind: "cron" });
    expect(connections.map(({ id }) => id)).toEqual(["nightly"]);
  });

  it("never takes the place of a login, unless that is meant", async () => {
    await daemon.store({ connection: "team" });
    await put("OPENAI_TEAM", KEY);
    expect(await refusal(set({}))).toMatchObject({ code: "CONNECTION_EXISTS", exitCode: 5 });
    await set({ force: true });
    expect((await daemon.client.call("connection.list", { profile: null })).connections[0]?.secrets).toEqual({ key: "OPENAI_TEAM" });
  });

  it("refers to a secret that is there, at a provider that is known", async () => {
    expect(await refusal(set({}))).toMatchObject({ code: "SECRET_UNKNOWN", hint: "keyward vault put OPENAI_TEAM --stdin" });
    await put("OPENAI_TEAM", KEY);
    expect(await refusal(set({ provider: "no-such-provider" }))).toMatchObject({ code: "PROVIDER_UNKNOWN" });
    expect(await refusal(set({ secret: null }))).toMatchObject({ code: "USAGE" });
  });
});
