import { describe, expect, it } from "vitest";
import { placeProblems, placeTemplates, templateFields } from "../../../../src/providers/lint/places.ts";
import { formatProblem } from "../../../../src/providers/problem.ts";
import { unlintedProvider } from "../../../support/sample-provider.ts";

const header = (changes = {}) => ({ in: "header", name: "X-Key", templates: ["{key}"], ...changes });
const basic = (changes = {}) => ({ in: "basic", username: "user", password: "{key}", ...changes });
const path = (template = "/bot{key}/**") => ({ in: "path", template });
const cookie = (changes = {}) => ({ in: "cookie", name: "sid", template: "{key}", ...changes });
const form = (changes = {}) => ({ in: "form", name: "token", template: "{key}", ...changes });
const json = (changes = {}) => ({ in: "json", pointer: "/auth/token", template: "{key}", ...changes });
const query = (changes = {}) => ({ in: "query", name: "key", template: "{key}", ...changes });

function problems(...places: unknown[]): string[] {
  return placeProblems(unlintedProvider({ inject: [places] })).map((problem) => formatProblem(problem).replace("inject[0]", ""));
}

describe("places", () => {
  it.each([
    header(),
    header({ templates: ["Bearer {key}", "token {key}"] }),
    basic(),
    basic({ anyUsername: true }),
    basic({ username: "{key}", password: "" }),
    query(),
    path(),
    path("/v2/*/x-{key}-y"),
    cookie(),
    form(),
    json(),
  ])("%#: are fine as usual", (place) => {
    expect(problems(place)).toEqual([]);
  });

  it("use declared fields only, in templates without stray braces", () => {
    expect(problems(header({ templates: ["Bearer {token}"] }))).toEqual([
      "[0].templates[0]: uses {token}, which 'fields' does not declare",
    ]);
    expect(problems(header({ templates: ["Bearer {Key}"] }))).toEqual([expect.stringMatching(/brace/)]);
    expect(problems(header({ templates: ["{key}}"] }))).toEqual([expect.stringMatching(/brace/)]);
    expect(problems(header({ templates: ["Bearer"] }))).toEqual([expect.stringMatching(/uses no \{field\} that is secret/)]);
    expect(problems(query({ template: "fixed" }))).toEqual([expect.stringMatching(/uses no \{field\}/)]);
    expect(problems(basic({ password: "fixed" }))).toEqual([expect.stringMatching(/neither half/)]);
  });

  it.each(["Bearer {key}\r\nX-Evil: 1", "Bearer {key} ", " {key}", "{key}\u0000", "Bär {key}"])(
    "have templates a header can carry (%j)",
    (text) => {
      expect(problems(header({ templates: [text] }))).toEqual([expect.stringMatching(/printable ASCII only/)]);
    },
  );

  it("have spellings of the same fields, each once", () => {
    expect(problems(header({ templates: ["{key}", "{key}"] }))).toEqual([expect.stringMatching(/twice/)]);
    expect(problems(header({ templates: ["{key}", "{key}{key}"] }))).toEqual([expect.stringMatching(/other fields/)]);
  });

  it.each([
    "Host",
    "host",
    "Content-Length",
    "Transfer-Encoding",
    "Connection",
    "Cookie",
    "Set-Cookie",
    "TE",
    "Trailer",
    "Upgrade",
    "Keep-Alive",
    "Proxy-Authorization",
    "Proxy-Anything",
    "Sec-WebSocket-Key",
    "Expect",
    "X-Forwarded-For",
  ])("never write the header %s", (name) => {
    expect(problems(header({ name }))).toEqual([expect.stringMatching(/never written to/)]);
  });

  it("have query names that need no encoding", () => {
    expect(problems(query({ name: "a b" }))).toHaveLength(1);
    expect(problems(query({ name: "a&b" }))).toHaveLength(1);
    expect(problems(query({ name: "api-key_1.x~" }))).toEqual([]);
  });

  it("have Basic halves that can be told apart", () => {
    expect(problems(basic({ username: "a:b" }))).toEqual([expect.stringMatching(/cannot hold ':'/)]);
    expect(problems(basic({ username: "{key}", password: "", anyUsername: true }))).toEqual([
      expect.stringMatching(/needs the credential in the password/),
    ]);
  });

  it("stay on the provider's hosts and well-formed paths", () => {
    expect(problems(header({ hosts: ["api.acme.test"], paths: ["/v1/**"] }))).toEqual([]);
    expect(problems(header({ hosts: ["evil.test"] }))).toEqual(["[0].hosts[0]: is not one of the provider's endpoints"]);
    expect(problems(header({ hosts: ["*.acme.com"] }))).toEqual(["[0].hosts[0]: is not one of the provider's endpoints"]);
    expect(problems(header({ hosts: ["*.herokuapp.com"] }))).toEqual([expect.stringMatching(/anybody can register/)]);
    expect(problems(header({ paths: ["/a/../b"] }))).toHaveLength(1);
  });

  it("that are sent together do not share a slot", () => {
    expect(problems(header(), header({ name: "x-key" }))).toEqual([expect.stringMatching(/earlier place/)]);
    expect(problems(header({ name: "authorization" }), basic())).toEqual([expect.stringMatching(/earlier place/)]);
    expect(problems(header(), query({ name: "X-Key" }))).toEqual([]);
    for (const place of [cookie(), form(), json(), path()])
      expect(problems(place, place)).toEqual([expect.stringMatching(/earlier place/)]);
    expect(problems(cookie(), form({ name: "sid" }), json(), json({ pointer: "/sid" }))).toEqual([]);
    const provider = unlintedProvider({ inject: [[header()], [header()]] });
    expect(placeProblems(provider)).toEqual([]);
  });
});

describe("templates", () => {
  it("are known of every kind of place", () => {
    const all = unlintedProvider({ inject: [[header(), basic(), query()]] })
      .inject.flat()
      .flatMap(placeTemplates);
    expect(all).toEqual(["{key}", "user", "{key}", "{key}"]);
    const sigv4 = { in: "sigv4", accessKey: "{a}", secretKey: "{b}", sessionToken: "{c}" };
    const others = unlintedProvider({ inject: [[path(), cookie(), form(), json()], [sigv4]] });
    expect(others.inject.flat().flatMap(placeTemplates)).toEqual(["/bot{key}/**", "{key}", "{key}", "{key}", "{a}", "{b}", "{c}"]);
    expect(templateFields("{a} and {b_2}")).toEqual(["a", "b_2"]);
  });
});
