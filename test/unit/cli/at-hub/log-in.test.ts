import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { keyward } from "../../../support/cli/fake-world.ts";
import { HUB, IDENTITY, UNLINKED } from "../../../support/cli/hub-answers.ts";

const BEGUN = {
  loginId: "log_1",
  userCode: "BCDF-GHJK",
  verificationUri: HUB,
  verificationUriComplete: `${HUB}/device?user_code=BCDF-GHJK`,
  expiresAtMs: 0,
};
const answers = { "hub.state": UNLINKED, "hub.loginBegin": BEGUN, "hub.loginWait": IDENTITY };
const login = (args: readonly string[], options: Parameters<typeof keyward>[1] = { answers }) =>
  keyward(["auth", "login", "--hub", HUB, ...args], options);

describe("the login in a terminal", () => {
  it("shows the address and the code and waits; a narrow or plain one gets no QR code", async () => {
    const wide = await login(["--no-browser"], { answers, typed: [" "], columns: 120 });
    expect([wide.status, wide.stderr]).toEqual([0, expect.stringContaining("waiting for you in the browser")]);
    expect(wide.stderr).toMatch(/[▀▄█]/);
    for (const options of [{ columns: 20 }, { columns: 120, env: { TERM: "dumb" } }]) {
      expect((await login(["--no-browser"], { answers, typed: [" "], ...options })).stderr).not.toMatch(/[▀▄█]/);
    }
    expect((await login(["--no-browser", "--no-qr"], { answers, typed: [" "], columns: 120 })).stderr).not.toMatch(/[▀▄█]/);
  });

  it("ends as the person decides", async () => {
    const refused = { ...answers, "hub.loginWait": () => Promise.reject(new KeywardError("LOGIN_CANCELLED", "refused")) };
    expect((await login(["--wait", "--no-browser"], { answers: refused })).status).toBe(1);
    const late = { ...answers, "hub.loginWait": () => Promise.reject(new KeywardError("LOGIN_EXPIRED", "late")) };
    expect((await login(["--wait", "--no-browser"], { answers: late })).status).toBe(3);
  });

  it("says in words what a person has to do where there is no terminal", async () => {
    const done = await login([]);
    expect([done.status, done.stdout]).toEqual([4, expect.stringContaining("keyward auth login --resume log_1")]);
  });
});
