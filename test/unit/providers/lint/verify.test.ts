import { expect, it } from "vitest";
import { verifyProblems } from "../../../../src/providers/lint/verify.ts";
import { verifyTarget } from "../../../../src/providers/login/verify-target.ts";
import { unlintedProvider } from "../../../support/sample-provider.ts";

const lint = (verify: object, changes: object = {}): string[] =>
  verifyProblems(unlintedProvider({ verify, ...changes })).map(({ path, what }) => `${path.join(".")} ${what}`);

it("a sound check has no problem", () => {
  expect(lint({ path: "/me?x=1" })).toEqual([]);
  expect(verifyProblems(unlintedProvider())).toEqual([]);
});

it.each<[object, object, string]>([
  [{ path: "/me", host: "evil.test" }, {}, "verify.host is not an exact host"],
  [{ path: "/me" }, { endpoints: [{ host: "*.acme.test" }] }, "verify.host is not an exact host"],
  [{ path: "/me" }, { endpoints: [{ host: "api.acme.test", paths: ["/v1/**"] }] }, "verify.path no place of 'inject' applies there"],
  [{ path: "/me/{key}" }, {}, "verify.path has characters"],
  [{ path: "/me", headers: { Authorization: "x" } }, {}, "verify.headers.Authorization is a header"],
  [{ path: "/me", headers: { Host: "evil.test" } }, {}, "verify.headers.Host is a header"],
  [{ path: "/me", headers: { "X-A": "a\r\nHost: evil.test" } }, {}, "verify.headers.X-A may hold printable ASCII"],
  [{ path: "/me", body: "{}" }, {}, "verify.body needs the method POST"],
  [{ path: "/me", bodyCheck: { pointer: "/ok" } }, {}, "verify.bodyCheck needs either"],
  [{ path: "/me", bodyCheck: { pointer: "/ok", equals: 1, differs: 2 } }, {}, "verify.bodyCheck needs either"],
  [{ path: "/me", method: "HEAD", bodyCheck: { pointer: "/ok", equals: 1 } }, {}, "verify.bodyCheck needs an answer with a body"],
  [{ path: "/me", expectStatus: [403] }, {}, "verify.expectStatus has a status"],
  [{ path: "/me", refusedStatus: [401, 403], limitedStatus: [403] }, {}, "verify.refusedStatus has a status that is in 'limitedStatus'"],
])("%j is refused", (verify, changes, problem) => {
  expect(lint(verify, changes).join("\n")).toContain(problem);
});

it("goes to the tenant's host where there is one, else to the first exact host", () => {
  const site = unlintedProvider({ endpoints: [{ host: "{tenant}.acme.test" }, { host: "api.acme.test" }], verify: { path: "/me" } });
  expect(verifyTarget(site, "eu.acme.test")?.authority).toEqual({ host: "eu.acme.test", port: 443 });
  expect(verifyTarget(site, null)?.authority).toEqual({ host: "api.acme.test", port: 443 });
  expect(verifyTarget(site, "eu.evil.test")?.authority).toEqual({ host: "api.acme.test", port: 443 });
});
