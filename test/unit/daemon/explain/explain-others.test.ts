import { describe, expect, it } from "vitest";
import { explainOthers } from "../../../../src/daemon/explain/explain-others.ts";
import { explainRequest } from "../../../../src/daemon/explain/explain-request.ts";
import { readUrl } from "../../../../src/daemon/explain/read-url.ts";
import type { RequestRule } from "../../../../src/core/run.ts";
import type { LiveRun } from "../../../../src/proxy/ports.ts";
import type { Provider } from "../../../../src/providers/schema.ts";
import { bearerProvider, makeConnection, makeProvider, type RigConnection } from "../../../support/proxy-rig.ts";

interface Given {
  readonly bound: readonly RigConnection[];
  readonly stored?: readonly RigConnection[];
  readonly catalogue?: readonly Provider[];
  readonly rules?: readonly RequestRule[];
}

/** `acme (work): why`, one line each. */
function others(url: string, { bound, stored = bound, catalogue = [], rules = [] }: Given): string[] {
  const bindings = bound.map(({ binding }) => binding);
  const layers = [{ allow: [], deny: [], denyUnmatched: false, rules }];
  const run: LiveRun = { id: "run_a", layers, bindings: () => bindings, countRequest: () => undefined };
  const line = readUrl("GET", url);
  const verdict = explainRequest(line, { run, allow: [] });
  const connections = stored.flatMap(({ binding }) => (binding.connection === null ? [] : [binding.connection]));
  return explainOthers(line, { run, verdict, stored: connections, catalogue }).map(
    ({ provider, connection, why }) => `${provider} (${connection ?? "none"}): ${why}`,
  );
}

const acme = makeConnection(bearerProvider);
const work = makeConnection(bearerProvider, { name: "work", isDefault: false });
const limited = makeConnection(
  makeProvider({
    id: "limited",
    endpoints: [{ host: "api.acme.test", paths: ["/v1/**"] }],
    inject: [[{ in: "query", name: "key", template: "{key}" }]],
  }),
);

describe("why not the others", () => {
  it.each([
    ["host", "https://other.test/", { bound: [acme] }, "acme (default): it does not own this host"],
    ["port", "https://api.acme.test:8443/", { bound: [acme] }, "acme (default): it owns this host on port 443 only"],
    ["scheme", "http://api.acme.test/", { bound: [acme] }, "acme (default): plain http never gets a credential"],
    ["path", "https://api.acme.test/v2", { bound: [limited] }, "limited (default): its paths do not cover this one"],
    [
      "the run's choice",
      "https://api.acme.test/",
      { bound: [acme, work] },
      "acme (work): not the run's default; a request that shows its placeholder gets it",
    ],
    [
      "selection",
      "https://api.acme.test/",
      { bound: [acme], stored: [acme, work] },
      "acme (work): not bound by what the run was asked for",
    ],
    [
      "no login",
      "https://api.acme.test/",
      { bound: [], catalogue: [bearerProvider] },
      "acme (none): it owns this host and has no connection: keyward login acme",
    ],
  ])("names the %s", (_what, url, given, line) => {
    expect(others(url, given)).toEqual([line]);
  });

  it("names a path whose spelling no limit can be applied to", () => {
    expect(others("https://api.acme.test/v1/%2e%2e/x", { bound: [limited] })[0]).toMatch(
      /limited \(default\): its limits cannot be applied to the spelling/,
    );
  });

  it("is silent about definitions whose hosts only their users know", () => {
    const anywhere = makeProvider({
      ...bearerProvider,
      id: "anywhere",
      tenant: { example: "git.acme.test" },
      endpoints: [{ host: "{tenant}" }],
    });
    const sites = makeProvider({
      ...bearerProvider,
      id: "sites",
      tenant: { example: "a.site.test" },
      endpoints: [{ host: "{tenant}.site.test" }],
    });
    expect(others("https://acme.site.test/", { bound: [], catalogue: [anywhere, sites] })).toEqual([
      "sites (none): it owns this host and has no connection: keyward login sites",
    ]);
  });

  it("names a rule, a logout and a tie", () => {
    const rules = [{ provider: "acme", methods: ["POST"], path: "/**" }];
    expect(others("https://api.acme.test/", { bound: [acme], rules })).toEqual(["acme (default): no rule of the run permits the request"]);
    const gone = makeConnection(bearerProvider, { isLoggedOut: true });
    expect(others("https://api.acme.test/", { bound: [gone] })).toEqual([
      "acme (default): logged out: keyward login acme --connection default",
    ]);
    const twin = makeConnection(makeProvider({ ...bearerProvider, id: "twin" }));
    expect(others("https://api.acme.test/", { bound: [acme, twin] })).toEqual([
      "acme (default): it fits as well as another",
      "twin (default): it fits as well as another",
    ]);
  });

  it("is silent about the one that is used", () => {
    expect(others("https://api.acme.test/", { bound: [acme], catalogue: [bearerProvider] })).toEqual([]);
  });
});
