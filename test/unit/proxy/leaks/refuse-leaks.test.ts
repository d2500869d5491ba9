import { describe, expect, it } from "vitest";
import type { Received } from "../../../../src/core/exchange.ts";
import { randomText } from "../../../../src/core/ids.ts";
import { Secret } from "../../../../src/core/secret.ts";
import type { Place } from "../../../../src/providers/schema.ts";
import { leakSearch } from "../../../../src/proxy/leaks/leak-search.ts";
import { refuseLeaks } from "../../../../src/proxy/leaks/refuse-leaks.ts";

const home = { provider: "acme", name: "default" };
const away = { provider: "other", name: "default" };
const own = randomText(30);
const foreign = randomText(30);
const secrets = [
  { secret: new Secret(own), owner: home },
  { secret: new Secret(foreign), owner: away },
];
const search = leakSearch({ known: [], secrets, here: [home], findsHomeKeys: true });
const places: Place[] = [{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }];

function check(target: string, headers: string[] = []): string {
  try {
    const received = { target, headers: ["Host", "api.acme.test", ...headers], authority: { host: "api.acme.test", port: 443 } };
    refuseLeaks(received as unknown as Received, search, () => places);
    return "passes";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("a real key in a head", () => {
  it("is left to the child in the declared slot of its own host, and there alone", () => {
    expect(check("/", ["authorization", `Bearer ${own}`])).toBe("passes");
    expect(check("/", ["X-Other", own])).toBe("KEY_LEAK");
    expect(check(`/?q=${own}`, ["Authorization", `Bearer ${own}`])).toBe("KEY_LEAK");
    expect(check("/", ["Cookie", `a=${own}`])).toBe("KEY_LEAK");
  });

  it("of another connection is refused everywhere, also beside one that is at home", () => {
    expect(check("/", ["Authorization", `Bearer ${foreign}`])).toBe("KEY_LEAK");
    expect(check("/", ["Authorization", `Bearer ${own}`, "X", Buffer.from(foreign).toString("base64")])).toBe("KEY_LEAK");
    expect(check("/", ["Authorization", `Bearer ${own} ${foreign}`])).toBe("KEY_LEAK");
  });

  it("is not made of two fields, and nothing is where nothing is", () => {
    expect(check("/", ["A", own.slice(0, 15), "B", own.slice(15)])).toBe("passes");
    expect(check("/plain?x=1", ["A", "b"])).toBe("passes");
    expect(() => refuseLeaks({ target: foreign, headers: [] } as unknown as Received, null, () => [])).not.toThrow();
  });

  it("may be the name of a field as well", () => {
    expect(check("/", [`x-${foreign}`, "1"])).toBe("KEY_LEAK");
  });
});
