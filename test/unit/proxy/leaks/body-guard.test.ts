import { describe, expect, it } from "vitest";
import type { Matched } from "../../../../src/core/exchange.ts";
import type { Place } from "../../../../src/providers/schema.ts";
import { bodyGuard } from "../../../../src/proxy/leaks/body-guard.ts";
import type { TunnelContext } from "../../../../src/proxy/pipeline.ts";
import { bearerProvider, makeConnection, type RigConnection } from "../../../support/proxy-rig.ts";

function setUp(connections: readonly RigConnection[], known: readonly RigConnection[]): Pick<TunnelContext, "run" | "ports"> {
  const placeholders = known.map(({ binding }) => ({ text: binding.placeholders["key"] ?? "", owner: binding }));
  const secrets = known.map(({ binding, credential }) => ({ secret: credential.fields["key"], owner: binding }));
  return {
    run: { bindings: () => connections.map(({ binding }) => binding) },
    ports: { knownPlaceholders: () => placeholders, knownSecrets: () => secrets },
  } as unknown as Pick<TunnelContext, "run" | "ports">;
}

const at = (places: readonly Place[]): Matched<Place> =>
  ({
    scheme: "https",
    authority: { host: "api.acme.test", port: 443 },
    headers: [],
    candidates: [{ provider: "acme", alternatives: [places] }],
  }) as unknown as Matched<Place>;
const inHeader = at([{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }]);
const inForm = at([{ in: "form", name: "token", template: "{key}" }]);

describe("the guard of a body", () => {
  it("lets the placeholder pass to its own host, and no real key", () => {
    const own = makeConnection(bearerProvider);
    const context = setUp([own], [own]);
    expect(() => bodyGuard(inHeader, context)?.push(Buffer.from(own.binding.placeholders["key"] ?? ""), null)).not.toThrow();
    expect(() => bodyGuard(inHeader, context)?.push(Buffer.from(own.secrets["key"] ?? ""), null)).toThrow(
      expect.objectContaining({ code: "KEY_LEAK" }),
    );
    expect(() => bodyGuard(inForm, context)?.push(Buffer.from(own.secrets["key"] ?? ""), null)).not.toThrow();
  });

  it("lets none of another connection pass", () => {
    const [own, other] = [makeConnection(bearerProvider), makeConnection(bearerProvider, { name: "other" })];
    const context = setUp([own], [own, other]);
    for (const matched of [inHeader, inForm]) {
      expect(() => bodyGuard(matched, context)?.push(Buffer.from(other.binding.placeholders["key"] ?? ""), null)).toThrow(
        expect.objectContaining({ code: "PLACEHOLDER_LEAK" }),
      );
      expect(() => bodyGuard(matched, context)?.push(Buffer.from(other.secrets["key"] ?? ""), null)).toThrow(
        expect.objectContaining({ code: "KEY_LEAK" }),
      );
    }
  });

  it("is none where nothing is known", () => {
    expect(bodyGuard(inHeader, setUp([], []))).toBeNull();
  });
});
