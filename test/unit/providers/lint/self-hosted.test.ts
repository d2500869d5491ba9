import { expect, it } from "vitest";
import { selfHostedProblems } from "../../../../src/providers/lint/self-hosted.ts";
import { type Json, unlintedProvider } from "../../../support/sample-provider.ts";

const lint = (selfHosted: Json, changes: Json = {}): string =>
  selfHostedProblems(
    unlintedProvider({ selfHosted: { example: "https://own.test", hosts: [{ from: "api.acme.test" }], ...selfHosted }, ...changes }),
  )
    .map(({ path, what }) => `${path.join(".")} ${what}`)
    .join("\n");

it("a sound one has no problem", () => {
  expect(lint({})).toBe("");
  expect(selfHostedProblems(unlintedProvider())).toEqual([]);
});

it.each<[Json, Json, string]>([
  [{ hosts: [{ from: "other.acme.test" }] }, {}, "selfHosted.hosts.0.from is not an exact host"],
  [{ hosts: [{ from: "api.acme.test" }, { from: "api.acme.test" }] }, {}, "selfHosted.hosts.1.from is already hosts[0]"],
  [{ hosts: [{ from: "api.acme.test", paths: ["/a/../b"] }] }, {}, "selfHosted.hosts.0.paths.0 has dot segments"],
  [{ hosts: [{ from: "api.acme.test", to: "api.{base}" }] }, {}, "selfHosted.hosts none of them becomes {base}"],
  [{ example: "https://api.acme.test" }, {}, "selfHosted.example is the public service"],
  [
    {},
    { oauth: { flows: ["token"], tokenUrl: "https://auth.acme.test/token", howToGetClientId: "make an app" } },
    "selfHosted.hosts the OAuth addresses are on hosts that are not named here",
  ],
  [
    {},
    {
      oauth: {
        flows: ["browser"],
        tokenUrl: "https://api.acme.test/token",
        authorizationUrl: "https://www.acme.test/auth",
        howToGetClientId: "make an app",
      },
    },
    "selfHosted.hosts the OAuth addresses are on hosts that are not named here",
  ],
  [
    {},
    {
      endpoints: [{ host: "api.acme.test" }, { host: "web.acme.test" }],
      inject: [[{ in: "header", name: "Authorization", templates: ["Bearer {key}"], hosts: ["web.acme.test"] }]],
    },
    "selfHosted.hosts no place of 'inject' is left there",
  ],
])("%j is refused", (selfHosted, changes, problem) => {
  expect(lint(selfHosted, changes)).toContain(problem);
});
