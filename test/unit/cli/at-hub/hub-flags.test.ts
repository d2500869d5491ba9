import { describe, expect, it } from "vitest";
import { readListen } from "../../../../src/cli/at-hub/hub-flags.ts";
import { keyward } from "../../../support/cli/fake-world.ts";

describe("where a hub listens", () => {
  it.each([
    ["127.0.0.1:8787", "127.0.0.1", 8_787],
    ["[::1]:0", "::1", 0],
    [":443", "::", 443],
    ["hub.internal:8443", "hub.internal", 8_443],
  ])("reads %s", (text, host, port) => {
    expect(readListen(text)).toEqual({ host, port });
  });

  it.each(["8787", "127.0.0.1", "127.0.0.1:70000", "::1:80", "a b:1", ""])("refuses %j", (text) => {
    expect(() => readListen(text)).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});

describe("a hub's options", () => {
  it("have certificate and key together", async () => {
    expect((await keyward(["hub", "serve", "--tls-cert", "c.pem"])).status).toBe(2);
  });

  it.each(["0", "-1", "1.5", "a year", "100000", ""])("refuse %j for days to keep", async (days) => {
    for (const option of ["--keep-runs-days", "--keep-audit-days"]) {
      const done = await keyward(["hub", "serve", `${option}=${days}`]);
      expect([done.status, done.stderr.includes(option)]).toEqual([2, true]);
    }
  });

  it("warn of a password in the argument list without repeating it", async () => {
    const url = "postgres://hub:pa55word@127.0.0.1:1/x";
    const done = await keyward(["hub", "serve", "--database", url, "--data", "/nowhere/at/all"]);
    expect(done.stderr).toContain("KEYWARD_HUB_DATABASE");
    expect(done.stdout + done.stderr).not.toContain("pa55word");
  });
});
