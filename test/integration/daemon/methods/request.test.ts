// A request explained by a real daemon, for what is stored in its profile.
import { describe, expect, it } from "vitest";
import type { Params } from "../../../../src/control/protocol.ts";
import { GITHUB_KEY, refusal, useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();

function explain(url: string, change: Partial<Params<"request.explain">> = {}) {
  return daemon.client.call("request.explain", {
    profile: null,
    method: "GET",
    url,
    selection: { connections: [], providers: [] },
    layers: [],
    ...change,
  });
}

describe("request.explain", () => {
  it("answers without a profile, and names the provider that has no login", async () => {
    expect(await explain("https://api.openai.com/v1/models")).toMatchObject({
      outcome: "tunnelled",
      others: [{ provider: "openai", connection: null, why: expect.stringContaining("keyward login openai") as string }],
    });
  });

  it("answers for what is stored, asked for and permitted, and starts nothing", async () => {
    await daemon.store();
    await daemon.store({ provider: "github", fields: { key: GITHUB_KEY } });
    expect(await explain("https://api.openai.com/v1/models?x=1")).toMatchObject({
      method: "GET",
      host: "api.openai.com",
      port: 443,
      path: "/v1/models",
      outcome: "injected",
      choice: { provider: "openai", connection: "default", places: ["header Authorization: Bearer {key}"] },
      others: [{ provider: "github", connection: "default", why: "it does not own this host" }],
    });
    const narrowed = await explain("https://api.openai.com/", { selection: { connections: [], providers: ["github"] } });
    expect(narrowed).toMatchObject({ outcome: "tunnelled" });
    expect(narrowed.others).toContainEqual({ provider: "openai", connection: "default", why: "not bound by what the run was asked for" });
    expect(await daemon.client.call("daemon.status", {})).toMatchObject({ liveRuns: 0, proxyPort: null });
  });

  it("counts what a run would capture, also before there is a profile, and refuses what says nothing about it", async () => {
    const url = "https://github.com/login/oauth/access_token";
    expect(await explain(url, { method: "POST", captures: ["github"] })).toMatchObject({ outcome: "passed", captured: "github" });
    expect(await explain(url, { method: "POST" })).toMatchObject({ outcome: "tunnelled", captured: null });
    await daemon.store({ provider: "github", fields: { key: GITHUB_KEY } });
    // A bound provider's logins are captured without a word.
    expect(await explain(url, { method: "POST" })).toMatchObject({ outcome: "passed", captured: "github" });
    expect(await refusal(explain(url, { captures: ["openai"] }))).toMatchObject({ code: "OAUTH_UNSUPPORTED" });
    expect(await refusal(explain(url, { captures: ["nobody"] }))).toMatchObject({ code: "PROVIDER_UNKNOWN" });
  });

  it("counts the setting run.deny_unmatched", async () => {
    await daemon.store();
    daemon.home.set({ "run.deny_unmatched": true });
    expect(await explain("https://example.com/")).toMatchObject({ outcome: "refused", code: "RULE_DENIED" });
  });

  it("of a locked profile names the provider of the host, and that no run can start", async () => {
    await daemon.client.call("profile.create", { profile: "shut", custody: "passphrase", passphrase: "four words that nobody says" });
    await daemon.client.call("profile.lock", { profile: "shut" });
    const selection = { connections: [{ provider: "openai", name: "work" }], providers: [] };
    expect(await explain("https://api.openai.com/v1/models", { profile: "shut", selection })).toMatchObject({
      outcome: "refused",
      code: "PROFILE_LOCKED",
      why: "profile 'shut' is locked, so no run can start and its connections are not known",
      hint: "keyward profile unlock shut",
      choice: null,
      others: [{ provider: "openai", connection: null, why: expect.stringContaining("when the profile is unlocked") as string }],
    });
  });

  it("refuses a rule for a provider that is not there, with the one that was meant", async () => {
    const layer = { allow: [], deny: [], denyUnmatched: false, rules: [{ provider: "opnai", methods: [], path: "/**" }] };
    const refused = { code: "PROVIDER_UNKNOWN", message: expect.stringContaining("did you mean openai") as string };
    expect(await refusal(explain("https://api.openai.com/", { layers: [layer] }))).toMatchObject(refused);
    const run = { profile: null, command: "x", owner: null, ttlMs: null, network: null, selection: { connections: [], providers: [] } };
    expect(await refusal(daemon.client.call("run.explain", { ...run, layers: [layer] }))).toMatchObject(refused);
  });

  it("refuses what a run would refuse, and what is no URL", async () => {
    await daemon.store();
    const selection = { connections: [{ provider: "openai", name: "work" }], providers: [] };
    expect(await refusal(explain("https://api.openai.com/", { selection }))).toMatchObject({ code: "LOGIN_REQUIRED" });
    expect(await refusal(explain("no url at all"))).toMatchObject({ code: "USAGE" });
  });
});
