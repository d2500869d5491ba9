// The invariant over real sockets: whatever a child sends, a key arrives exactly where the oracle says, and at no other origin.
// `npm run fuzz` runs more of the same; the planted bugs show that it can fail.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Origin } from "../../../src/core/connection.ts";
import type { Binding } from "../../../src/proxy/ports.ts";
import { countFor, parameters, report } from "../../support/fuzz/case-count.ts";
import { EVIL, mayArrive, type ReleaseCase, releaseCase } from "../../support/fuzz/release-cases.ts";
import { openSockets, type Sockets } from "../../support/fuzz/release-sockets.ts";

function holdsOn(sockets: () => Sockets): (asked: ReleaseCase) => Promise<void> {
  return async (asked) => {
    const { arrivals, status } = await sockets().run(asked);
    const key = expectedKey(asked);
    const host = asked.connect.means?.split(":")[0] ?? "";
    const wanted = key === null ? [] : [{ key, host }];
    if (JSON.stringify(arrivals) !== JSON.stringify(wanted)) {
      throw new Error(`arrived: ${JSON.stringify(arrivals)}, wanted: ${JSON.stringify(wanted)}, status ${status}`);
    }
    if (key !== null && status !== (asked.redirects ? 302 : 200)) throw new Error(`a sound request was answered ${status}`);
  };
}

/** A placeholder of another connection in the body is a leak as well. */
function expectedKey(asked: ReleaseCase): ReturnType<typeof mayArrive> {
  const key = mayArrive(asked);
  return asked.placement === "body" && asked.framing.fields.length > 0 ? mayArrive({ ...asked, placement: "none" }) : key;
}

function widened(binding: Binding, origin: Origin): Binding {
  const definition = {
    ...binding.definition,
    endpoints: [...binding.definition.endpoints, { ...binding.definition.endpoints[0], ...origin }],
  };
  return { ...binding, origins: [...binding.origins, origin], definition };
}

describe("over real sockets", () => {
  let sockets: Sockets;
  beforeAll(async () => void (sockets = await openSockets()));
  afterAll(() => sockets.close());

  it("a key arrives exactly where it may, for every run, host, spelling, framing, place and redirect", { timeout: 3_600_000 }, async () => {
    const count = countFor(1_500);
    const property = fc.asyncProperty(
      releaseCase,
      holdsOn(() => sockets),
    );
    await report("sockets", count, () => fc.assert(property, parameters(count)));
  });
});

describe("a planted bug", () => {
  const bugs = [
    ["a connection bound to one host more than its record says", { host: EVIL, port: 443 }],
    ["a wildcard over a whole domain", { host: "**.test", port: 443 }],
    ["another port", { host: "api.acme.test", port: 8443 }],
  ] as const;
  it.each(bugs)("is seen: %s", async (_what, origin) => {
    // Record and definition both: one of them alone is held by the other.
    const sockets = await openSockets((binding) => (binding.provider === "acme" ? widened(binding, origin) : binding));
    try {
      const found = await fc.check(
        fc.asyncProperty(
          releaseCase,
          holdsOn(() => sockets),
        ),
        { numRuns: 1_500, seed: 1, endOnFailure: true },
      );
      expect(found.failed).toBe(true);
    } finally {
      await sockets.close();
    }
  });
});
