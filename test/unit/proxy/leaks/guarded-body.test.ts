import { once } from "node:events";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { GuardedBody } from "../../../../src/proxy/leaks/guarded-body.ts";
import { LeakGuard } from "../../../../src/proxy/leaks/leak-guard.ts";
import { leakSearch } from "../../../../src/proxy/leaks/leak-search.ts";

const key = randomText(30);
const secrets = [{ secret: new Secret(key), owner: { provider: "acme", name: "default" } }];

function setUp(trailers: string[] = []): { source: PassThrough; body: GuardedBody } {
  const search = leakSearch({ known: [], secrets, here: [], findsHomeKeys: true });
  if (search === null) throw new Error("nothing to look for");
  const source = new PassThrough();
  return { source, body: new GuardedBody(source, () => trailers, new LeakGuard(search, "evil.test")) };
}

describe("a guarded body", () => {
  it("is the client's, byte for byte", async () => {
    const { source, body } = setUp();
    source.write("one ");
    source.end(`two ${key.slice(0, 9)}`);
    expect(Buffer.concat(await body.toArray()).toString()).toBe(`one two ${key.slice(0, 9)}`);
  });

  it("fails at a leak, in the body or in its trailers, and reads the rest of the client's away", async () => {
    const { source, body } = setUp();
    source.write(`x${key}`);
    await expect(body.toArray()).rejects.toMatchObject({ code: "KEY_LEAK" });
    source.end(Buffer.alloc(100_000));
    await once(source, "end");
    expect(source.errored).toBeNull();
    const trailed = setUp(["X-Sum", key]);
    trailed.source.end("fine");
    await expect(trailed.body.toArray()).rejects.toMatchObject({ code: "KEY_LEAK" });
  });

  it("passes the end of a message that begins like a key, although nothing follows", async () => {
    const { source, body } = setUp();
    source.write(`message ${key.slice(0, 2)}`);
    let heard = "";
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      heard += String(chunk);
      if (heard.endsWith(key.slice(0, 2))) break;
    }
    expect(heard).toBe(`message ${key.slice(0, 2)}`);
    body.destroy();
  });

  it("makes a fast client wait for a slow reader", async () => {
    const { source, body } = setUp();
    body.once("readable", () => undefined);
    while (source.write(Buffer.alloc(16_384)));
    await once(body, "readable");
    expect(body.readableLength).toBeLessThan(200_000);
    source.end();
    let total = 0;
    for await (const chunk of body) total += (chunk as Buffer).length;
    expect(total).toBe(source.writableLength + total);
    expect(total).toBeGreaterThan(0);
  });

  it("fails when the client goes away", async () => {
    const { source, body } = setUp();
    source.write("begun");
    const all = body.toArray();
    source.destroy();
    await expect(all).rejects.toMatchObject({ code: "UPSTREAM_BROKEN" });
  });
});
