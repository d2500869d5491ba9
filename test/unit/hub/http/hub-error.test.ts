import { expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { invalidField, notFound, toHubAnswer } from "../../../../src/hub/http/hub-error.ts";

const logged: unknown[] = [];
const log = { info: () => undefined, error: (...line: readonly unknown[]) => void logged.push(line) };

it("answers an error of the table with its status, the field, the request and the next command", () => {
  const answer = toHubAnswer(invalidField("body.name", "too long"), "req_1", log);
  expect(answer).toEqual({
    status: 422,
    headers: {},
    body: { error: { code: "HUB_INVALID", message: "body.name: too long", path: "body.name", request_id: "req_1" } },
  });
  const login = toHubAnswer(new KeywardError("HUB_LOGIN_REQUIRED", "no", { hint: "keyward auth login" }), "req_2", log);
  expect(login.body.error.next_steps).toEqual([{ command: "keyward auth login" }]);
  expect(login.headers["www-authenticate"]).toContain("invalid_token");
  expect(toHubAnswer(notFound("secret"), "r", log).status).toBe(404);
});

it("says how long to wait, also when nobody said it", () => {
  const busy = new KeywardError("HUB_BUSY", "too many requests", { hint: "wait 7 s", detail: { retryAfterS: 7 } });
  expect(toHubAnswer(busy, "r", log)).toMatchObject({
    status: 429,
    headers: { "retry-after": "7" },
    body: { error: { message: "too many requests: wait 7 s" } },
  });
  expect(toHubAnswer(new KeywardError("HUB_DATABASE", "away"), "r", log).headers).toEqual({ "retry-after": "2" });
});

it("tells and logs nothing of what it does not know but its type", () => {
  const answer = toHubAnswer(Object.assign(new TypeError("canary in a message"), { code: "42P01" }), "req_3", log);
  expect([answer.status, answer.body.error.code]).toEqual([500, "INTERNAL"]);
  expect(JSON.stringify([answer, logged])).not.toContain("canary");
  expect(logged).toEqual([["unexpected", { requestId: "req_3", type: "TypeError 42P01" }]]);
});
