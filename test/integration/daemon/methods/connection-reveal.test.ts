import { describe, expect, it } from "vitest";
import type { ProcessIdentity } from "../../../../src/core/run.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { revealMethods } from "../../../../src/daemon/methods/connection-reveal.ts";
import type { DaemonParts } from "../../../../src/daemon/parts.ts";
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

describe("revealing everything", () => {
  /** Two logins, of which the daemon's freshness knows which still hold. */
  const ask = async (over: Readonly<Record<string, KeywardError>>) => {
    const audited: string[] = [];
    const connections = ["one", "two"].map((provider) => ({ provider, name: "default", id: provider, kind: "oauth2", isDefault: true }));
    const profile = {
      connections: () => connections,
      credential: ({ id }: { id: string }) => ({ connectionId: id, expiresAtMs: null, fields: { key: new Secret(`${id}-key`) } }),
      audit: { append: ({ provider }: { provider: string }) => void audited.push(provider) },
    };
    const catalogue = new Map([["one", { fields: [{ name: "key", env: ["ONE"] }] }]]);
    const parts = {
      definitions: { refresh: () => undefined, current: () => catalogue },
      profiles: { find: () => Promise.resolve(profile) },
      runs: { owners: () => [] },
      // The hub does not let one of them be seen.
      hubSyncs: {
        requireAccess: async (_profile: unknown, { id }: { id: string }) => {
          const hidden = over[`hub ${id}`];
          if (hidden !== undefined) throw hidden;
        },
      },
      freshness: {
        ensure: async (_profile: unknown, { id }: { id: string }, credential: unknown) => {
          if (over[id] !== undefined) throw over[id];
          return credential;
        },
      },
    } as unknown as DaemonParts;
    const reveal = revealMethods(parts)["connection.reveal"];
    const result = await reveal({ profile: null, provider: null, connection: null, asker: self }, undefined as never);
    return { result, audited };
  };
  const ended = (code: "LOGIN_EXPIRED" | "STORE_CORRUPT"): KeywardError => new KeywardError(code, "it is over", { hint: "keyward login" });

  it("gives the logins that hold, names the one that is over, and audits what it gave", async () => {
    const { result, audited } = await ask({ two: ended("LOGIN_EXPIRED") });
    expect(result.connections).toMatchObject([{ provider: "one", env: { ONE: "one-key" } }]);
    expect(result.failed).toEqual([
      { provider: "two", name: "default", error: { code: "LOGIN_EXPIRED", message: "two (default): it is over", hint: "keyward login" } },
    ]);
    expect(audited).toEqual(["one"]);
  });

  it("gives the others where the hub does not let one be seen", async () => {
    const refused = new KeywardError("HUB_FORBIDDEN", "the token was not given the scope secrets:access");
    const { result, audited } = await ask({ "hub one": refused });
    expect(result.failed).toMatchObject([{ provider: "one", error: { code: "HUB_FORBIDDEN" } }]);
    expect([result.connections.map(({ provider }) => provider), audited]).toEqual([["two"], ["two"]]);
  });

  it("fails when no login holds, and when the store does", async () => {
    expect(await refusal(ask({ one: ended("LOGIN_EXPIRED"), two: ended("LOGIN_EXPIRED") }))).toMatchObject({ code: "LOGIN_EXPIRED" });
    expect(await refusal(ask({ two: ended("STORE_CORRUPT") }))).toMatchObject({ code: "STORE_CORRUPT" });
  });
});
