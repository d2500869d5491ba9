import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { settingText, shownSetting, shownText } from "../../../../src/cli/show/settings.ts";
import { parseSetting } from "../../../../src/config/settings.ts";

describe("settingText", () => {
  it.each([
    ["network.allow", "10.0.0.0/8,192.168.1.0/24"],
    ["daemon.idle_timeout", "7200"],
    ["run.deny_unmatched", "true"],
  ] as const)("gives for %s what config set takes back", (key, text) => {
    expect(settingText(parseSetting(key, text))).toBe(text);
  });

  it("is empty for what is not set", () => expect([settingText(null), settingText([])]).toEqual(["", ""]));
});

describe("what is shown of a setting", () => {
  it("is all of it but the password of a proxy", () => {
    expect(shownText("http://ann:s3cret%40x@proxy.test:3128")).toBe("http://ann:***@proxy.test:3128");
    expect(shownSetting("https://:s3cret@proxy.test")).toBe("https://:***@proxy.test");
    expect(shownText("http://ann:s3cret@x@proxy.test:3128")).toBe("http://ann:***@proxy.test:3128");
    for (const value of [
      "http://ann@proxy.test:3128",
      "http://proxy.test:3128/a:b@c",
      "http://proxy.test:3128/",
      "/etc/ca:x@y.pem",
      7,
      true,
      null,
      ["a:b@c"],
    ] as const)
      expect(shownSetting(value)).toEqual(value);
  });

  it("is so in lists and when it is set, and the value itself only for whoever asks for that one", async () => {
    const url = "http://ann:s3cret@proxy.test:3128";
    const home = mkdtempSync(join(tmpdir(), "kw-shown-"));
    const env = { KEYWARD_HOME: join(home, "kw") };
    for (const args of [
      ["config", "set", "upstream.proxy", url],
      ["config", "list"],
      ["config", "list", "--origin"],
    ]) {
      for (const json of [[], ["--json"]]) {
        const done = await keyward([...args, ...json], { env });
        expect([done.status, done.stdout.includes("ann:***@"), done.stdout.includes("s3cret")]).toEqual([0, true, false]);
      }
    }
    expect((await keyward(["config", "get", "upstream.proxy"], { env })).stdout).toBe(`${url}\n`);
  });
});
