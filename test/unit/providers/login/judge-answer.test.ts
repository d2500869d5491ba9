import { expect, it } from "vitest";
import { judgeAnswer } from "../../../../src/providers/login/judge-answer.ts";
import { type Verify, verifySchema } from "../../../../src/providers/login/verify-schema.ts";

const declared = (change: object): Verify => verifySchema.parse({ path: "/me", ...change });
const answer = (status: number, body = "{}") => ({ status, headers: [], body: Buffer.from(body), isCut: false });

it("a status that says enough goes before the body", () => {
  const verify = declared({ limitedStatus: [401], bodyCheck: { pointer: "/a~1b/0/c~0", equals: 1 } });
  expect(judgeAnswer(verify, answer(401))).toEqual({ outcome: "limited", status: 401, reason: null });
  expect(judgeAnswer(verify, answer(200, '{"a/b":[{"c~":1}]}')).outcome).toBe("known");
  expect(judgeAnswer(verify, answer(200, '{"a/b":[{"c~":2}]}')).outcome).toBe("refused");
  expect(judgeAnswer(verify, answer(200, "null")).outcome).toBe("refused");
});

it("nothing of the answer is repeated, only its status", () => {
  expect(judgeAnswer(declared({}), answer(418, "canary"))).toEqual({ outcome: "unknown", status: 418, reason: "the answer was 418" });
  const unreadable = judgeAnswer(declared({ bodyCheck: { pointer: "/x", equals: 1 } }), answer(200, "canary"));
  expect(JSON.stringify(unreadable)).not.toContain("canary");
  expect(unreadable.outcome).toBe("unknown");
});

it("a pointer never reaches what the document does not hold itself", () => {
  const verify = declared({ bodyCheck: { pointer: "/constructor/name", differs: null } });
  expect(judgeAnswer(verify, answer(200)).outcome).toBe("refused");
});
