import { expect, it } from "vitest";
import type { StoredConnection } from "../../../../src/control/protocol.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { GrantLogin } from "../../../../src/daemon/logins/grant-login.ts";

const stored: StoredConnection = { provider: "acme", name: "default", id: "con_1", replaced: false, notices: [] };
const ended = new KeywardError("LOGIN_CANCELLED", "ended");

it("ends with what its work stored, once", async () => {
  let ends = 0;
  const login = new GrantLogin(
    () => Promise.resolve(stored),
    () => ends++,
  );
  expect(await login.done).toBe(stored);
  login.cancel({ error: ended });
  expect(await login.done).toBe(stored);
  expect(ends).toBe(1);
});

it("ends with the error that ended it, and tells its work, which stops", async () => {
  const told: unknown[] = [];
  const work = (signal: AbortSignal): Promise<StoredConnection> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        told.push(signal.reason);
        reject(new Error("stopped"));
      });
    });
  const login = new GrantLogin(work, () => undefined);
  login.cancel({ error: ended });
  await expect(login.done).rejects.toBe(ended);
  expect(told).toEqual([ended]);
});

it("makes an error of keyward's own of whatever its work throws", async () => {
  const login = new GrantLogin(
    () => Promise.reject(new TypeError("x")),
    () => undefined,
  );
  await expect(login.done).rejects.toMatchObject({ code: "INTERNAL" });
});
