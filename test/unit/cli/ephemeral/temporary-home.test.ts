import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { isEphemeral, isHomeless, makeTemporaryHome } from "../../../../src/cli/ephemeral/temporary-home.ts";
import { resolvePaths } from "../../../../src/config/paths.ts";

const fresh = (): string => realpathSync(mkdtempSync(join(tmpdir(), "kw-eph-")));

describe("makeTemporaryHome", () => {
  it("is private, in the runtime directory, with settings and definitions but no profile name and no store", () => {
    const [home, runtime] = [fresh(), fresh()];
    const usual = resolvePaths({ KEYWARD_HOME: home });
    writeFileSync(usual.config, '{"profile":"work","ui.port":7000}');
    mkdirSync(usual.providers);
    mkdirSync(usual.profiles);
    writeFileSync(join(usual.providers, "acme.json"), "{}");
    writeFileSync(join(usual.profiles, "work.db"), "store");
    const { paths, remove } = makeTemporaryHome({ XDG_RUNTIME_DIR: runtime, KEYWARD_HOME: home }, usual);
    expect(dirname(paths.home)).toBe(runtime);
    expect(statSync(paths.home).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(paths.config, "utf8"))).toEqual({ "ui.port": 7000 });
    expect(existsSync(join(paths.providers, "acme.json"))).toBe(true);
    expect(existsSync(paths.profiles)).toBe(false);
    remove();
    expect(existsSync(paths.home)).toBe(false);
  });

  it("takes the next place when one cannot be written", () => {
    const { paths, remove } = makeTemporaryHome({ XDG_RUNTIME_DIR: "/no/such/place" }, resolvePaths({ KEYWARD_HOME: "/no/such/home" }));
    expect(existsSync(paths.home)).toBe(true);
    remove();
  });
});

describe("who gets one", () => {
  it("asks with KEYWARD_EPHEMERAL, unless it says no", () => {
    expect([undefined, "", "0", "false", "1", "yes"].map((value) => isEphemeral({ KEYWARD_EPHEMERAL: value }))).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  it("has no home when HOME is not set or no directory", () => {
    expect(isHomeless({})).toBe(true);
    expect(isHomeless({ HOME: "/no/such/place" })).toBe(true);
    expect(isHomeless({ HOME: fresh() })).toBe(false);
    expect(isHomeless({ KEYWARD_HOME: "/anywhere" })).toBe(false);
  });
});
