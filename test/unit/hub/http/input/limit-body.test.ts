import { Hono } from "hono";
import { expect, it } from "vitest";
import { toKeywardError } from "../../../../../src/core/errors.ts";
import type { HubEnv } from "../../../../../src/hub/http/hub-app.ts";
import { limitBody, MAX_BODY_BYTES } from "../../../../../src/hub/http/input/limit-body.ts";

const app = new Hono<HubEnv>();
app.use(limitBody);
app.onError((error, context) => context.text(toKeywardError(error).code, 413));
app.post("/", async (context) => context.text(String((await context.req.text()).length)));

const chunked = (bytes: number): RequestInit & { duplex: "half" } => ({
  method: "POST",
  duplex: "half",
  headers: { "transfer-encoding": "chunked" },
  body: new ReadableStream({
    start: (controller) => {
      for (let left = bytes; left > 0; left -= 65_536) controller.enqueue(new Uint8Array(Math.min(left, 65_536)).fill(97));
      controller.close();
    },
  }),
});
const sized = (bytes: number): RequestInit => ({ method: "POST", body: "a".repeat(bytes), headers: { "content-length": String(bytes) } });

it.each([
  ["with a length", sized],
  ["in chunks", chunked],
])("passes a body of the limit on whole and refuses one byte more, %s", async (_how, request) => {
  expect(await (await app.request("/", request(MAX_BODY_BYTES))).text()).toBe(String(MAX_BODY_BYTES));
  const over = await app.request("/", request(MAX_BODY_BYTES + 1));
  expect([over.status, await over.text()]).toEqual([413, "HUB_TOO_LARGE"]);
});

it("stops reading a body that never ends", async () => {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled += 65_536;
      controller.enqueue(new Uint8Array(65_536));
    },
  });
  const request = { method: "POST", duplex: "half", headers: { "transfer-encoding": "chunked" }, body } as RequestInit;
  expect((await app.request("/", request)).status).toBe(413);
  expect(pulled).toBeLessThan(20 * MAX_BODY_BYTES);
});
