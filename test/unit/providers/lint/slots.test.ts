import { describe, expect, it } from "vitest";
import { hostProblems } from "../../../../src/providers/lint/hosts.ts";
import { placeProblems } from "../../../../src/providers/lint/places.ts";
import { slotOf, slotProblems } from "../../../../src/providers/lint/slots.ts";
import { formatProblem } from "../../../../src/providers/problem.ts";
import { unlintedProvider } from "../../../support/sample-provider.ts";

const FIELDS = [
  { name: "key", label: "Key" },
  { name: "account", label: "Account", secret: false },
];
const sigv4 = { in: "sigv4", accessKey: "{key}", secretKey: "{key}" };

function problems(place: Record<string, unknown>): string[] {
  const provider = unlintedProvider({ fields: FIELDS, inject: [[place]] });
  return provider.inject.flat().flatMap((own) => slotProblems(provider, own, ["here"]).map(formatProblem));
}

describe("a path's segment", () => {
  it.each(["/bot{key}", "/bot{key}/**", "/v1/*/{key}-x/*", "/a/{key}{account}/**"])("%s is found", (template) => {
    expect(problems({ in: "path", template })).toEqual([]);
  });

  it.each([
    ["/bot/**", /exactly one segment/],
    ["/{key}/{account}", /exactly one segment/],
    ["/**/{key}", /before the segment/],
    ["/*{key}/x", /'\*' in the segment/],
    ["/a//{key}", /never match/],
    ["/../{key}", /never match/],
    ["/{key}/x?y", /no query/],
    ["/{key}/a**", /whole segment/],
  ])("%s is not", (template, why) => {
    expect(problems({ in: "path", template })).toEqual([expect.stringMatching(why)]);
  });
});

describe("a signature", () => {
  it("is made with a key that a secret placeholder names", () => {
    expect(problems(sigv4)).toEqual([]);
    expect(problems({ ...sigv4, accessKey: "{account}" })).toEqual([expect.stringMatching(/names the connection/)]);
    expect(problems({ ...sigv4, accessKey: "x{key}" })).toEqual([expect.stringMatching(/must be one \{field\}/)]);
  });

  it("is alone in its alternative", () => {
    const header = { in: "header", name: "X-Key", templates: ["{key}"] };
    expect(placeProblems(unlintedProvider({ inject: [[header, sigv4]] }))).toHaveLength(1);
    expect(placeProblems(unlintedProvider({ inject: [[header], [sigv4]] }))).toEqual([]);
  });

  it("alone may go to every bucket of S3", () => {
    const hosts = (inject: unknown, ...names: string[]) =>
      hostProblems(unlintedProvider({ inject, endpoints: names.map((host) => ({ host })) })).map(({ path }) => path[1]);
    const names = [
      "*.s3.amazonaws.com",
      "*.s3.eu-west-1.amazonaws.com",
      "*.amazonaws.com",
      "*.execute-api.eu-west-1.amazonaws.com",
      "**.s3.amazonaws.com",
    ];
    expect(hosts([[sigv4]], ...names)).toEqual([2, 3, 4]);
    expect(hosts([[sigv4], [{ in: "query", name: "key", template: "{key}" }]], ...names)).toEqual([0, 1, 2, 3, 4]);
  });
});

it("names what each kind of place writes", () => {
  const provider = unlintedProvider({
    inject: [
      [
        { in: "path", template: "/{key}" },
        { in: "cookie", name: "a", template: "{key}" },
        { in: "form", name: "a", template: "{key}" },
        { in: "json", pointer: "/a", template: "{key}" },
        { in: "header", name: "Authorization", templates: ["{key}"] },
      ],
      [sigv4],
    ],
  });
  expect(provider.inject.flat().map(slotOf)).toEqual(["/{key}", "cookie a", "form a", "json /a", "authorization", "authorization"]);
});
