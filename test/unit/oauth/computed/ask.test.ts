import { describe, expect, it } from "vitest";
import { ask, askOnTime, localTime } from "../../../../src/oauth/computed/ask.ts";
import type { OAuthAnswer } from "../../../../src/oauth/send.ts";
import { failure } from "./keys.ts";

const NOW_MS = 1_800_000_000_000;
const clock = { nowMs: () => NOW_MS };
const answerOf = (status: number, more: Partial<OAuthAnswer> & { aheadMs?: number } = {}): OAuthAnswer => ({
  status,
  headers: ["Date", new Date(NOW_MS + (more.aheadMs ?? 0)).toUTCString()],
  body: Buffer.from('{"a":1}'),
  isCut: false,
  ...more,
});
const question = (nowMs: number) => ({ method: "POST", url: "https://a.test/t", headers: [], body: String(nowMs) }) as const;

describe("asking for a credential", () => {
  it.each([
    [401, 0, 1],
    [401, 20_000, 1],
    [401, 7_200_000, 2],
    [403, -7_200_000, 2],
    [200, 7_200_000, 1],
    [404, 7_200_000, 1],
  ])("with the answer %i of a clock %i ms ahead takes %i questions, the second by that clock", async (status, aheadMs, times) => {
    const bodies: (string | null)[] = [];
    const send = ({ body }: { body: string | null }) => {
      bodies.push(body);
      return Promise.resolve(answerOf(status, { aheadMs }));
    };
    const reply = await askOnTime(question, { send, clock });
    expect(bodies).toEqual([String(NOW_MS), String(NOW_MS + aheadMs)].slice(0, times));
    expect(reply.json).toEqual({ a: 1 });
    expect(localTime(new Date(NOW_MS + 5_000).toISOString(), reply)).toBe(NOW_MS + 5_000 - reply.skewMs);
  });

  it("refuses redirects, floods and addresses that are not https, and says who is busy", async () => {
    const told = (answer: OAuthAnswer) => failure(() => ask(question(0), { send: () => Promise.resolve(answer), clock }));
    expect((await told(answerOf(307))).code).toBe("OAUTH_ANSWER");
    expect((await told(answerOf(200, { isCut: true }))).code).toBe("OAUTH_ANSWER");
    expect((await told(answerOf(502))).code).toBe("OAUTH_BUSY");
    expect(
      (await failure(() => ask({ ...question(0), url: "http://a.test/t" }, { send: () => Promise.reject(new Error("sent")), clock }))).code,
    ).toBe("OAUTH_ANSWER");
  });

  it("tells how long a busy server wants to be left alone, so that the pause lasts as long", async () => {
    const busy = answerOf(429, { headers: ["Retry-After", "77"] });
    const told = ask(question(0), { send: () => Promise.resolve(busy), clock });
    await expect(told).rejects.toMatchObject({
      code: "OAUTH_BUSY",
      hint: "try again in 77 s",
      detail: { host: "a.test", status: 429, retryAfterS: 77 },
    });
  });

  it("takes a time for one only when it is", async () => {
    const reply = await ask(question(0), { send: () => Promise.resolve(answerOf(200, { headers: [] })), clock });
    expect(reply.skewMs).toBe(0);
    expect([localTime("soon", reply), localTime(undefined, reply), localTime(-1, reply), localTime(NOW_MS, reply)]).toEqual([
      null,
      null,
      null,
      NOW_MS,
    ]);
  });
});
