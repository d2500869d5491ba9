import { describe, expect, it } from "vitest";
import { createAuthority } from "../../../src/certs/authority.ts";
import { LeafCache } from "../../../src/certs/leaf-cache.ts";

const dayMs = 86_400_000;

function cacheAt(startMs: number, maxHosts?: number): { cache: LeafCache; clock: { ms: number } } {
  const clock = { ms: startMs };
  return { cache: new LeafCache(createAuthority(startMs), { nowMs: () => clock.ms }, maxHosts), clock };
}

describe("LeafCache", () => {
  it("gives one host the same context and two hosts different ones", () => {
    const { cache } = cacheAt(Date.now());
    const first = cache.secureContextFor("a.example.com");
    expect(cache.secureContextFor("a.example.com")).toBe(first);
    expect(cache.secureContextFor("b.example.com")).not.toBe(first);
  });

  it("renews a leaf that has less than a day left, and not before", () => {
    const { cache, clock } = cacheAt(Date.now());
    const first = cache.secureContextFor("a.example.com");
    clock.ms += 5 * dayMs - 1000;
    expect(cache.secureContextFor("a.example.com")).toBe(first);
    clock.ms += 2000;
    expect(cache.secureContextFor("a.example.com")).not.toBe(first);
  });

  it("replaces a leaf that a clock set back made not yet valid", () => {
    const startMs = Date.now();
    const clock = { ms: startMs };
    const cache = new LeafCache(createAuthority(startMs - 30 * dayMs), { nowMs: () => clock.ms });
    const first = cache.secureContextFor("a.example.com");
    clock.ms -= 2 * dayMs;
    expect(cache.secureContextFor("a.example.com")).not.toBe(first);
  });

  it("forgets the host that was not used for longest", () => {
    const { cache } = cacheAt(Date.now(), 2);
    const [a, b] = [cache.secureContextFor("a.example.com"), cache.secureContextFor("b.example.com")];
    expect(cache.secureContextFor("a.example.com")).toBe(a);
    cache.secureContextFor("c.example.com");
    expect(cache.size).toBe(2);
    expect(cache.secureContextFor("a.example.com")).toBe(a);
    expect(cache.secureContextFor("b.example.com")).not.toBe(b);
  });
});
