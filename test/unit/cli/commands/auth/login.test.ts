import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { HUB, IDENTITY, LINKED, TOKEN, UNLINKED } from "../../../../support/cli/hub-answers.ts";

const BEGUN = {
  loginId: "log_1",
  userCode: "BCDF-GHJK",
  verificationUri: `${HUB}/device`,
  verificationUriComplete: `${HUB}/device?user_code=BCDF-GHJK`,
  expiresAtMs: 0,
};
const answers = { "hub.state": UNLINKED, "hub.loginBegin": BEGUN, "hub.loginWait": IDENTITY, "hub.storeToken": { replaced: false } };
const param = (calls: readonly { method: string; params: unknown }[], name: string) => calls.find(({ method }) => method === name)?.params;

describe("auth login", () => {
  it("ends with what a person has to do where nobody is at a terminal", async () => {
    const done = await keyward(["auth", "login", "--hub", HUB, "--json"], { answers });
    expect(done.status).toBe(4);
    expect(JSON.parse(done.stdout)).toMatchObject({
      status: "action_required",
      user_code: "BCDF-GHJK",
      resume: "keyward auth login --resume log_1",
      verification_uri_complete: BEGUN.verificationUriComplete,
    });
    expect(done.calls.some(({ method }) => method === "hub.loginWait")).toBe(false);
  });

  it("goes on with a login that was begun, and says who it is", async () => {
    const done = await keyward(["auth", "login", "--resume", "log_1"], { answers });
    expect([done.status, done.stdout]).toEqual([0, `Logged in as ada@example.com to Acme/main at ${HUB}\n`]);
  });

  it("waits without a terminal when told to, and shows address and code on the side", async () => {
    const done = await keyward(["auth", "login", "--hub", HUB, "--wait", "--no-browser", "--no-qr"], { answers });
    expect(done.status).toBe(0);
    expect(done.stderr).toContain(`Open ${BEGUN.verificationUriComplete}`);
    expect(done.stderr).toContain("BCDF-GHJK");
    expect(done.stdout).not.toContain("BCDF-GHJK");
  });

  it("asks for cli unless told, each scope once, and for admin with --admin", async () => {
    const plain = await keyward(["auth", "login", "--hub", HUB], { answers });
    expect(param(plain.calls, "hub.loginBegin")).toMatchObject({ scopes: ["cli"], clientId: "keyward-cli", insecure: false });
    const more = await keyward(
      ["auth", "login", "--hub", HUB, "--scope", "a", "--scope", "b", "--scope", "a", "--admin", "--client-id", "x"],
      { answers },
    );
    expect(param(more.calls, "hub.loginBegin")).toMatchObject({ scopes: ["a", "b", "admin"], clientId: "x" });
  });

  it("does nothing when somebody is logged in there, refuses another hub, and obeys --force", async () => {
    const linked = { ...answers, "hub.state": LINKED };
    const again = await keyward(["auth", "login"], { answers: linked });
    expect([again.status, again.calls.some(({ method }) => method === "hub.loginBegin")]).toEqual([0, false]);
    expect((await keyward(["auth", "login", "--hub", "https://other.test"], { answers: linked })).status).toBe(5);
    expect((await keyward(["auth", "login", "--force"], { answers: linked })).status).toBe(4);
  });

  it("takes several addresses of one hub, and one of them for the hub that somebody is logged in at", async () => {
    const other = "https://b.hub.test";
    const begun = await keyward(["auth", "login", "--hub", HUB, "--hub", other], { answers });
    expect(param(begun.calls, "hub.loginBegin")).toMatchObject({ url: HUB, alternates: [other] });
    const linked = { ...answers, "hub.state": { ...LINKED, lastUrls: [HUB, other] } };
    expect(await keyward(["auth", "login", "--hub", other], { answers: linked })).toMatchObject({ status: 0 });
    const stored = await keyward(["auth", "login", "--hub", HUB, "--hub", other, "--api-key-file", "-"], { answers, stdin: ` ${TOKEN}\n` });
    expect(param(stored.calls, "hub.storeToken")).toEqual({ profile: null, url: HUB, alternates: [other], token: TOKEN, insecure: false });
  });

  it("goes to the last hub after a logout, and lets the daemon refuse what is no address of one", async () => {
    const out = { ...answers, "hub.state": { ...UNLINKED, lastUrls: [HUB] } };
    expect(param((await keyward(["auth", "login"], { answers: out })).calls, "hub.loginBegin")).toMatchObject({ url: HUB, alternates: [] });
    const linked = { ...answers, "hub.state": LINKED };
    const wrong = await keyward(["auth", "login", "--hub", `${HUB}/path`], { answers: linked });
    expect(param(wrong.calls, "hub.loginBegin")).toMatchObject({ url: `${HUB}/path` });
  });

  it("needs no login with a token of the environment, and asks nobody", async () => {
    const done = await keyward(["auth", "login"], { answers, env: { KEYWARD_TOKEN: TOKEN, KEYWARD_HUB: HUB } });
    expect([done.status, done.calls]).toEqual([0, []]);
    expect(done.stdout + done.stderr).not.toContain(TOKEN);
    const without = await keyward(["auth", "login"], { answers, env: { KEYWARD_TOKEN: TOKEN } });
    expect([without.status, without.stderr]).toEqual([2, expect.stringContaining("KEYWARD_HUB")]);
  });

  it("keeps a token from a file or standard input, trimmed, and refuses an empty one", async () => {
    const done = await keyward(["auth", "login", "--hub", HUB, "--token-file", "-"], { answers, stdin: `  ${TOKEN}\r\n` });
    expect(param(done.calls, "hub.storeToken")).toMatchObject({ token: TOKEN, url: HUB });
    expect(done.stdout + done.stderr).not.toContain(TOKEN);
    const empty = await keyward(["auth", "login", "--hub", HUB, "--token-file", "-"], { answers, stdin: "\n" });
    expect([empty.status, param(empty.calls, "hub.storeToken")]).toEqual([2, undefined]);
    const seen = await keyward(["auth", "login", "--hub", HUB, "--token", TOKEN], { answers });
    expect(seen.stderr).toContain("process lists");
  });

  it("asks which hub when none is known", async () => {
    expect((await keyward(["auth", "login"], { answers })).status).toBe(2);
  });
});
