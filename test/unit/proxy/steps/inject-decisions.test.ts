// Steps 2 and 5 to 8 as one dialogue without sockets: route → match → pick → inject, table by table.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Freshened, Outgoing, Picked, Received } from "../../../../src/core/exchange.ts";
import { canonicalHost, parseAuthority } from "../../../../src/core/host.ts";
import { matchPlaces } from "../../../../src/providers/match.ts";
import type { Place } from "../../../../src/providers/schema.ts";
import type { Binding, LiveRun } from "../../../../src/proxy/ports.ts";
import { freshen } from "../../../../src/proxy/steps/freshen.ts";
import { inject, passUnchanged } from "../../../../src/proxy/steps/inject.ts";
import { match } from "../../../../src/proxy/steps/match.ts";
import { givenFields, pick } from "../../../../src/proxy/steps/pick.ts";
import { receive } from "../../../../src/proxy/steps/receive.ts";
import { ownsAuthority, route } from "../../../../src/proxy/steps/route.ts";
import { bearerProvider, makeConnection, makeProvider, type RigConnection } from "../../../support/proxy-rig.ts";

const runWith = (bindings: readonly Binding[], rules: LiveRun["layers"][number]["rules"] = []): LiveRun => ({
  id: "run_a",
  layers: [{ allow: [], deny: [], denyUnmatched: false, rules }],
  bindings: () => bindings,
  countRequest: () => undefined,
});

function receivedAt(host: string, part: { target?: string; headers?: string[]; method?: string; port?: number } = {}): Received {
  const authority = { host, port: part.port ?? 443 };
  const headers = ["Host", part.port === undefined ? host : `${host}:${part.port}`, ...(part.headers ?? [])];
  const head = { method: part.method ?? "GET", target: part.target ?? "/", httpVersion: "1.1", headers };
  return receive(head, { tunnel: { runId: "run_a", authority, scheme: "https" }, requestId: "req_a", startedAtMs: 0 });
}

function decide(received: Received, connections: readonly RigConnection[], rules: LiveRun["layers"][number]["rules"] = []): Picked<Place> {
  const run = runWith(
    connections.map(({ binding }) => binding),
    rules,
  );
  const known = connections.flatMap(({ binding }) => Object.values(binding.placeholders).map((text) => ({ text, owner: binding })));
  return pick(match(received, { run, known, secrets: [], matchPlaces }), run.bindings());
}

async function outgoing(picked: Picked<Place>, connection: RigConnection): Promise<Outgoing> {
  if (picked.choice === null) return passUnchanged(picked);
  const freshened: Freshened<Place> = await freshen(picked, picked.choice, { credential: () => Promise.resolve(connection.credential) });
  return inject(freshened).outgoing;
}

describe("route", () => {
  it("goes by the origins of the connection's record, not by today's definition", () => {
    const { binding } = makeConnection(bearerProvider);
    const widened = { ...binding, definition: makeProvider({ ...bearerProvider, endpoints: [{ host: "evil.test" }] }) };
    expect(route({ host: "api.acme.test", port: 443 }, runWith([widened]))).toBe("intercept");
    expect(route({ host: "evil.test", port: 443 }, runWith([widened]))).toBe("tunnel");
    expect(ownsAuthority(binding, { host: "api.acme.test", port: 8443 })).toBe(false);
  });
});

describe("match", () => {
  it("refuses what no rule permits, and paths a rule cannot be applied to", () => {
    const rules = [{ provider: "acme", methods: ["GET"], path: "/v1/**" }];
    const connection = makeConnection(bearerProvider);
    expect(decide(receivedAt("api.acme.test", { target: "/v1/x" }), [connection], rules).slots).toBe("filled");
    expect(() => decide(receivedAt("api.acme.test", { target: "/v2" }), [connection], rules)).toThrow(
      expect.objectContaining({ code: "RULE_DENIED" }),
    );
    for (const target of ["/v1/../v2", "/v1/%2e%2e/v2", "/v1//x", "/v1/;x"]) {
      expect(() => decide(receivedAt("api.acme.test", { target }), [connection], rules)).toThrow(
        expect.objectContaining({ code: "REQUEST_MALFORMED" }),
      );
    }
  });

  it("limits a place to its paths and leaves the rest alone", () => {
    const provider = makeProvider({
      id: "limited",
      endpoints: [{ host: "git.test", paths: ["/*/*/info/refs"] }],
      inject: [[{ in: "basic", username: "x", password: "{key}" }]],
    });
    const connection = makeConnection(provider);
    expect(decide(receivedAt("git.test", { target: "/o/r/info/refs?service=x" }), [connection]).slots).toBe("filled");
    expect(decide(receivedAt("git.test", { target: "/login" }), [connection])).toMatchObject({ slots: "none", choice: null });
  });
});

describe("pick", () => {
  it("refuses placeholders of two connections in one request", () => {
    const provider = makeProvider({
      id: "twice",
      endpoints: [{ host: "a.test" }],
      inject: [[{ in: "header", name: "X-Key", templates: ["{key}"] }], [{ in: "query", name: "key", template: "{key}" }]],
    });
    const one = makeConnection(provider, { name: "one" });
    const two = makeConnection(provider, { name: "two", isDefault: false });
    const received = receivedAt("a.test", {
      target: `/?key=${two.binding.placeholders["key"]}`,
      headers: ["X-Key", one.binding.placeholders["key"] ?? ""],
    });
    expect(() => decide(received, [one, two])).toThrow(expect.objectContaining({ code: "CONNECTION_AMBIGUOUS" }));
  });

  it("gives templates what the child was given: placeholders, and public fields as they are", () => {
    const provider = makeProvider({
      id: "pub",
      endpoints: [{ host: "a.test" }],
      fields: [
        { name: "account", label: "Account", secret: false },
        { name: "key", label: "Key" },
      ],
      inject: [[{ in: "basic", username: "{account}", password: "{key}" }]],
    });
    const { binding, secrets } = makeConnection(provider);
    expect(givenFields(binding)).toEqual({ account: secrets["account"], key: binding.placeholders["key"] });
  });
});

describe("inject", () => {
  it("keeps a slot that Connection nominates, and removes twins of it", async () => {
    const provider = makeProvider({
      id: "x",
      endpoints: [{ host: "a.test" }],
      inject: [[{ in: "header", name: "X-Api-Key", templates: ["{key}"] }]],
    });
    const connection = makeConnection(provider);
    const headers = [
      "Connection",
      "X-Api-Key, X-Hop",
      "X-Hop",
      "1",
      "X_Api_Key",
      "twin",
      "x.api.key",
      "twin",
      "x-api-key",
      connection.binding.placeholders["key"] ?? "",
    ];
    const sent = await outgoing(decide(receivedAt("a.test", { headers }), [connection]), connection);
    expect(sent.headers).toEqual(["Host", "a.test", "x-api-key", connection.secrets["key"]]);
  });

  it("refuses a slot that comes twice", () => {
    const connection = makeConnection(bearerProvider);
    const headers = ["Authorization", "Bearer a", "authorization", `Bearer ${connection.binding.placeholders["key"]}`];
    expect(() => decide(receivedAt("api.acme.test", { headers }), [connection])).toThrow(
      expect.objectContaining({ code: "REQUEST_MALFORMED" }),
    );
  });
});

describe("for any host that only looks like a bound one", () => {
  const connection = makeConnection(bearerProvider);
  const key = connection.secrets["key"] ?? "";
  const real = "api.acme.test";
  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const spelling = fc.oneof(
    word.map((x) => `${x}${real}`),
    word.map((x) => `${real}.${x}.test`),
    word.map((x) => `${x}.${real}`),
    word.map((x) => `${real}${x}`),
    word.map((x) => `${real}:${x}`),
    fc.constantFrom(
      "api.acme.test:8443",
      "api.acme.test:80",
      "API.ACME.TEST",
      "api.acme.test.",
      "api.acme.test..",
      "api。acme。test",
      "api.acme.test%00.x",
      "api-acme.test",
      "acme.test",
      "apı.acme.test",
      "127.0.0.1",
      "[::1]",
    ),
    fc.string({ maxLength: 20 }),
  );

  it("the key is written only at exactly host and port of the connection", async () => {
    await fc.assert(
      fc.asyncProperty(spelling, spelling, fc.boolean(), async (target, hostField, showsPlaceholder) => {
        const authority = parseAuthority(target, 443);
        if (authority === null || canonicalHost(authority.host) !== authority.host) return;
        const headers = [
          "Host",
          hostField,
          ...(showsPlaceholder ? ["Authorization", `Bearer ${connection.binding.placeholders["key"]}`] : []),
        ];
        let sent: Outgoing | null = null;
        try {
          const received = receive(
            { method: "GET", target: "/", httpVersion: "1.1", headers },
            { tunnel: { runId: "run_a", authority, scheme: "https" }, requestId: "r", startedAtMs: 0 },
          );
          sent = await outgoing(decide(received, [connection]), connection);
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^(REQUEST_MALFORMED|HOST_MISMATCH|PLACEHOLDER_LEAK)$/);
        }
        const carriesKey = JSON.stringify(sent).includes(key);
        if (carriesKey) expect(authority).toEqual({ host: real, port: 443 });
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("places for keys and places for tokens", () => {
  const provider = makeProvider({
    id: "both",
    endpoints: [{ host: "api.both.test" }],
    fields: [
      { name: "key", label: "Key" },
      { name: "client_id", label: "Client", secret: false, optional: true },
    ],
    inject: [
      [{ in: "query", name: "api_key", template: "{key}", when: "key" }],
      [
        { in: "header", name: "Authorization", templates: ["Bearer {key}"], when: "oauth" },
        { in: "header", name: "X-Type", templates: ["TOKEN"], when: "oauth" },
        { in: "header", name: "Client-Id", templates: ["{client_id}"], when: "oauth" },
      ],
      [{ in: "json", pointer: "/key", template: "{key}", when: "key" }],
    ],
  });
  const key = makeConnection(provider);
  const token = makeConnection(provider, { kind: "oauth2" });
  const at = (part: { target?: string; headers?: string[] }) => receivedAt("api.both.test", part);
  const placeholder = ({ binding }: RigConnection): string => binding.placeholders["key"] ?? "";

  it("fills in each kind where it goes, with what goes along", async () => {
    expect((await outgoing(decide(at({}), [key]), key)).target).toBe(`/?api_key=${key.secrets["key"]}`);
    const { target, headers } = await outgoing(decide(at({}), [token]), token);
    expect(target).toBe("/");
    expect(headers.slice(2)).toEqual([
      "Authorization",
      `Bearer ${token.secrets["key"]}`,
      "X-Type",
      "TOKEN",
      "Client-Id",
      token.secrets["client_id"],
    ]);
  });

  it("moves a placeholder that stands where the other kind goes", async () => {
    const shown = decide(at({ target: `/?a=1&api_key=${placeholder(token)}&b=2` }), [token]);
    expect(shown.slots).toBe("injected");
    const moved = await outgoing(shown, token);
    expect(moved.target).toBe("/?a=1&b=2");
    expect(moved.headers).toContain(`Bearer ${token.secrets["key"]}`);
    const back = await outgoing(decide(at({ headers: ["Authorization", `Bearer ${placeholder(key)}`] }), [key]), key);
    expect(back.headers).not.toContain("Authorization");
    expect(back.target).toBe(`/?api_key=${key.secrets["key"]}`);
  });

  it("replaces fixed text that says what the credential is, and leaves a public value of the child's own", async () => {
    const sent = ["Authorization", `Bearer ${placeholder(token)}`, "X-Type", "KEY", "Client-Id", "mine"];
    const { headers } = await outgoing(decide(at({ headers: sent }), [token]), token);
    expect(headers).toContain("TOKEN");
    expect(headers).not.toContain("KEY");
    expect(headers).toContain("mine");
  });

  it("takes a public value alone for no credential", () => {
    expect(decide(at({ headers: ["Client-Id", "mine"] }), [token]).slots).toBe("filled");
  });
});
