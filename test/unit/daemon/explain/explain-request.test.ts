// The explanation against the proxy's own steps: the same connections, asked both ways.
import { describe, expect, it } from "vitest";
import { explainRequest } from "../../../../src/daemon/explain/explain-request.ts";
import { readUrl } from "../../../../src/daemon/explain/read-url.ts";
import type { RuleLayer } from "../../../../src/core/run.ts";
import type { CapturePoint } from "../../../../src/proxy/capture/capture-port.ts";
import type { LiveRun } from "../../../../src/proxy/ports.ts";
import { bearerProvider, makeConnection, makeProvider, type RigConnection } from "../../../support/proxy-rig.ts";

const NO_RULES: RuleLayer = { allow: [], deny: [], denyUnmatched: false, rules: [] };

function explain(
  url: string,
  connections: readonly RigConnection[],
  change: Partial<RuleLayer> & { method?: string; allow?: string[]; captures?: readonly CapturePoint[] } = {},
) {
  const { method = "GET", captures = [], ...layer } = change;
  const bindings = connections.map(({ binding }) => binding);
  const run: LiveRun = {
    id: "run_a",
    layers: [{ ...NO_RULES, ...layer }],
    bindings: () => bindings,
    captures: () => captures,
    countRequest: () => undefined,
  };
  return explainRequest(readUrl(method, url), { run, allow: [] });
}

const acme = makeConnection(bearerProvider);
const work = makeConnection(bearerProvider, { name: "work", isDefault: false });
const limited = makeConnection(
  makeProvider({
    id: "limited",
    endpoints: [{ host: "api.limited.test", paths: ["/v1/**"] }],
    inject: [[{ in: "query", name: "key", template: "{key}" }]],
  }),
);

describe("a request explained", () => {
  it("names connection and place, and the rule that lets it through", () => {
    const rules = [{ provider: "acme", methods: ["GET"], path: "/v1/**" }];
    expect(explain("https://api.acme.test/v1/x?q=1", [acme, work], { rules })).toMatchObject({
      outcome: "injected",
      code: null,
      choice: { provider: "acme", connection: "default", places: ["header Authorization: Bearer {key}"], rules: ["acme:GET /v1/**"] },
    });
  });

  it("names the login that a run would keep from the answer, and why a host of it is looked at", () => {
    const tool = { ...limited.binding.definition, id: "tool" };
    const capture = { host: "tool.test", port: 443, paths: ["/oauth/token"] } as unknown as CapturePoint["capture"];
    const origins = [
      { host: "tool.test", port: 443 },
      { host: "api.tool.test", port: 443 },
    ];
    const captures = [{ definition: tool, capture, isAsked: true, origins }];
    expect(explain("https://tool.test/oauth/token", [acme], { method: "POST", captures })).toMatchObject({
      outcome: "passed",
      captured: "tool",
      why: "tokens in the answer are kept as a login of tool, and the program gets placeholders in their place",
    });
    // In clear nothing is kept, and another page of the host is none.
    expect(explain("http://tool.test/oauth/token", [acme], { captures })).toMatchObject({ outcome: "passed", captured: null });
    for (const url of ["https://tool.test/oauth/authorize", "https://api.tool.test/user"]) {
      expect(explain(url, [acme], { captures })).toMatchObject({
        outcome: "passed",
        captured: null,
        why: expect.stringContaining("looked at for the login that the run captures") as string,
      });
    }
    expect(explain("https://api.acme.test/x", [acme], { captures })).toMatchObject({ outcome: "injected", captured: null });
    expect(explain("https://tool.test/oauth/token", [acme])).toMatchObject({ outcome: "tunnelled", captured: null });
    const refused = { captures, deny: ["tool.test"], method: "POST" };
    expect(explain("https://tool.test/oauth/token", [acme], refused)).toMatchObject({ outcome: "refused", captured: null });
    // Asked for by name, it is let through where everything unbound is refused.
    expect(explain("https://tool.test/oauth/token", [acme], { captures, denyUnmatched: true })).toMatchObject({ captured: "tool" });
  });

  it("is tunnelled where nothing bound owns host and port", () => {
    expect(explain("https://api.acme.test:8443/", [acme])).toMatchObject({ outcome: "tunnelled", choice: null });
    expect(explain("https://evilapi.acme.test/", [acme])).toMatchObject({ outcome: "tunnelled" });
  });

  it("passes as it is outside of the paths of a definition, and in clear", () => {
    expect(explain("https://api.limited.test/v1/x", [limited])).toMatchObject({
      outcome: "injected",
      choice: { places: ["query key={key}"] },
    });
    expect(explain("https://api.limited.test/v2/x", [limited])).toMatchObject({ outcome: "passed" });
    expect(explain("https://api.limited.test/v1/../x", [limited])).toMatchObject({ outcome: "passed" });
    expect(explain("http://api.acme.test/", [acme])).toMatchObject({ outcome: "passed", why: "plain http never gets a credential" });
  });

  it.each([
    ["a rule", "https://api.acme.test/x", { rules: [{ provider: "acme", methods: ["POST"], path: "/**" }] }, "RULE_DENIED"],
    ["a denied host", "https://api.acme.test/x", { deny: ["*.acme.test"] }, "RULE_DENIED"],
    ["an unmatched host", "https://other.test/", { denyUnmatched: true }, "RULE_DENIED"],
    [
      "a spelling rules cannot be applied to",
      "https://api.acme.test/a/../x",
      { rules: [{ provider: "acme", methods: [], path: "/a/**" }] },
      "REQUEST_MALFORMED",
    ],
    ["a method", "https://api.acme.test/x", { method: "TRACE" }, "METHOD_REFUSED"],
    ["an address of this machine", "https://127.0.0.1/", {}, "TARGET_FORBIDDEN"],
  ])("is refused for %s with the proxy's code", (_what, url, change, code) => {
    expect(explain(url, [acme], change)).toMatchObject({ outcome: "refused", code, choice: null });
  });

  it("names the places where a placeholder is replaced, besides the one that is filled in or alone", () => {
    const both = makeConnection(
      makeProvider({
        ...bearerProvider,
        inject: [
          [{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }],
          [{ in: "form", name: "token", template: "{key}" }],
        ],
      }),
    );
    expect(explain("https://api.acme.test/x", [both], { method: "POST" })).toMatchObject({
      outcome: "injected",
      choice: { places: ["header Authorization: Bearer {key}"], elsewhere: ["form field token={key}, where the client sends it"] },
    });
    const bot = makeConnection(makeProvider({ ...bearerProvider, inject: [[{ in: "path", template: "/bot{key}/**" }]] }));
    expect(explain("https://api.acme.test/botx/getMe", [bot])).toMatchObject({
      outcome: "passed",
      why: "the credential of acme (default) is put only where a request shows its placeholder",
      choice: { provider: "acme", connection: "default", places: [], elsewhere: ["path /bot{key}/**"] },
    });
    expect(explain("https://api.acme.test/other", [bot])).toMatchObject({ outcome: "passed" });
  });

  it("is refused where two providers fit, and for a connection that is logged out", () => {
    const twin = makeConnection(makeProvider({ ...bearerProvider, id: "twin" }));
    expect(explain("https://api.acme.test/", [acme, twin])).toMatchObject({ outcome: "refused", code: "CONNECTION_AMBIGUOUS" });
    const gone = makeConnection(bearerProvider, { isLoggedOut: true });
    expect(explain("https://api.acme.test/", [gone])).toMatchObject({ outcome: "refused", code: "LOGIN_REQUIRED" });
  });
});
