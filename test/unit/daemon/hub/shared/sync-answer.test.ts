import { describe, expect, it } from "vitest";
import { readSyncAnswer } from "../../../../../src/daemon/hub/shared/sync-answer.ts";

const whole = {
  rev: 3,
  is_full: true,
  policy: { max_offline_seconds: 60 },
  secrets: [{ id: "sec_1", name: "KEY", scope: "tenant", version: 1, sealed: "x" }],
  connections: [{ id: "con_1", provider: "openai", name: "team", scope: "user", secret_id: null, origins: ["https://api.openai.com"] }],
  providers: [{ id: "acme", definition: {} }],
  gone: { secrets: [], connections: [], providers: [] },
};

describe("the answer of a sync", () => {
  it("is taken with what a newer hub says beside it", () => {
    expect(readSyncAnswer({ ...whole, news: 1 })).toEqual(whole);
  });

  it.each([
    ["no object", null],
    ["a page", "<html>"],
    ["a count that is none", { ...whole, rev: -1 }],
    ["a count of words", { ...whole, rev: "3&wait=0" }],
    ["no policy", { ...whole, policy: {} }],
    ["a policy for ever", { ...whole, policy: { max_offline_seconds: 1e300 } }],
    ["a name that writes to the terminal", { ...whole, connections: [{ ...whole.connections[0], name: "\u001b[2J" }] }],
    ["a provider that is a path", { ...whole, connections: [{ ...whole.connections[0], provider: "../openai" }] }],
    ["a scope that is none", { ...whole, connections: [{ ...whole.connections[0], scope: "everyone" }] }],
    ["a connection without origins", { ...whole, connections: [{ ...whole.connections[0], origins: [] }] }],
    ["a secret without a version", { ...whole, secrets: [{ ...whole.secrets[0], version: 0 }] }],
  ])("with %s is none", (_what, body) => {
    expect(() => readSyncAnswer(body)).toThrow(expect.objectContaining({ code: "HUB_UNREACHABLE" }));
  });
});
