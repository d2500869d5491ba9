import { describe, expect, it } from "vitest";
import { captureProblems } from "../../../../src/providers/lint/capture.ts";
import { formatProblem } from "../../../../src/providers/problem.ts";
import { atBase } from "../../../../src/providers/login/self-hosted.ts";
import { captureSchema } from "../../../../src/providers/oauth/capture-schema.ts";
import { makeProvider } from "../../../support/proxy-rig.ts";

const entry = { host: "login.acme.test", paths: ["/oauth/token"] };
const acme = (change: Record<string, unknown> = {}) =>
  makeProvider({
    id: "acme",
    endpoints: [{ host: "api.acme.test" }],
    inject: [[{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }]],
    capture: [entry],
    ...change,
  });
const problems = (change: Record<string, unknown>) => captureProblems(acme(change)).map(formatProblem);

describe("what a definition says of tokens to capture", () => {
  it("is sound when a token goes into a field that is sent", () => {
    expect(problems({})).toEqual([]);
  });

  it.each([
    [
      "no secret field",
      { capture: [{ ...entry, tokens: [{ field: "other" }] }] },
      "capture[0].tokens[0].field: is not a secret field of the provider",
    ],
    ["an endpoint twice", { capture: [entry, entry] }, "capture[0].paths: are declared twice"],
    ["half an API", { capture: [{ ...entry, paths: ["/**/token"] }] }, "capture[0].paths[0]: may not have '**'"],
    ["one place twice", { capture: [{ ...entry, tokens: [{}, {}] }] }, "capture[0].tokens[1].access: stands for another token already"],
    [
      "a host that is asked for",
      { endpoints: [{ host: "{tenant}.acme.test" }], tenant: { example: "x.acme.test" } },
      "capture: cannot be used with {tenant}",
    ],
    [
      "a field that comes with no answer",
      {
        fields: [
          { name: "key", label: "Key" },
          { name: "account", label: "Account", secret: false },
        ],
      },
      "'account' comes with no answer",
    ],
    [
      "a field for keys alone",
      { inject: [[{ in: "header", name: "X", templates: ["{key}"], when: "key" }]] },
      "goes into no place that is there for tokens",
    ],
  ])("may not have %s", (_what, change, expected) => {
    expect(problems(change).join("\n")).toContain(expected);
  });

  it.each(["/token/**", "/*", "/", "token", "/a?b"])("has no such path: %s", (path) => {
    expect(captureSchema.safeParse({ ...entry, paths: [path] }).success).toBe(false);
  });

  it("goes along to a server of one's own, and stays behind where that has no counterpart", () => {
    const selfHosted = { example: "https://acme.corp.test", hosts: [{ from: "api.acme.test" }] };
    const there = (host: string) =>
      atBase(acme({ selfHosted, capture: [{ ...entry, host }] }), { host: "acme.corp.test", port: 8443 }).capture;
    expect(there("api.acme.test")).toMatchObject([{ host: "acme.corp.test", port: 8443, paths: entry.paths }]);
    expect(there("login.acme.test")).toBeUndefined();
  });
});
