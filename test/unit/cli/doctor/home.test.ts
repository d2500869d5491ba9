import { chmodSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkHome } from "../../../../src/cli/doctor/home.ts";
import { ensureHome } from "../../../../src/config/home.ts";
import { type Paths, resolvePaths } from "../../../../src/config/paths.ts";

let root: string;
let paths: Paths;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "kw-dh-")));
  paths = resolvePaths({ KEYWARD_HOME: join(root, "h") });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("the home", () => {
  it("is well when it is not there yet, and when keyward made it", () => {
    expect(checkHome(paths)).toMatchObject({ state: "ok", found: `${paths.home} is not there yet` });
    ensureHome(paths);
    writeFileSync(join(paths.profiles, "default.key"), "x", { mode: 0o600 });
    expect(checkHome(paths)).toMatchObject({ state: "ok", fix: null });
  });

  it("names every directory and file that others can use, and how to mend each", () => {
    ensureHome(paths);
    const key = join(paths.profiles, "default.key");
    writeFileSync(key, "x");
    chmodSync(key, 0o640);
    chmodSync(paths.profiles, 0o755);
    const check = checkHome(paths);
    expect(check.state).toBe("fail");
    expect(check.found).toBe(`${paths.profiles} can be read or entered by other users; ${key} can be used by other users`);
    expect(check.fix).toBe(`chmod 700 '${paths.profiles}'; chmod 600 '${key}'`);
  });

  it("takes no link for a home or a key, and changes nothing", () => {
    ensureHome(paths);
    rmSync(paths.providers, { recursive: true });
    symlinkSync(root, paths.providers);
    symlinkSync("/nowhere", join(paths.profiles, "default.db"));
    expect(checkHome(paths)).toMatchObject({
      state: "fail",
      fix: `move ${paths.providers} away; move ${join(paths.profiles, "default.db")} away`,
    });
  });
});
