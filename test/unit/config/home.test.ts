import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureHome } from "../../../src/config/home.ts";
import { resolvePaths } from "../../../src/config/paths.ts";
import { KeywardError } from "../../../src/core/errors.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kw-home-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const pathsIn = (home: string): ReturnType<typeof resolvePaths> => resolvePaths({ KEYWARD_HOME: home });

function refusal(home: string): KeywardError {
  try {
    ensureHome(pathsIn(home));
  } catch (error) {
    if (error instanceof KeywardError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("ensureHome", () => {
  it.each([0o000, 0o022, 0o077, 0o277])("makes directories for the user alone under umask %o", (umask) => {
    const previous = process.umask(umask);
    try {
      ensureHome(pathsIn(join(root, "new")));
    } finally {
      process.umask(previous);
    }
    const { home, providers, profiles, state } = pathsIn(join(root, "new"));
    for (const directory of [home, providers, profiles, state]) expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it("makes the parents of the home", () => {
    ensureHome(pathsIn(join(root, "a", "b", "c")));
    expect(statSync(join(root, "a", "b", "c")).isDirectory()).toBe(true);
  });

  it("is content with a home that is there", () => {
    ensureHome(pathsIn(join(root, "h")));
    ensureHome(pathsIn(join(root, "h")));
  });

  it("makes the socket's directory when it lies elsewhere", () => {
    const paths = resolvePaths({ KEYWARD_HOME: join(root, "deep/".repeat(25)), XDG_RUNTIME_DIR: root });
    ensureHome(paths);
    expect(statSync(dirname(paths.controlSocket)).mode & 0o777).toBe(0o700);
  });

  it.each([0o750, 0o701, 0o777])("refuses a home of mode %o and says what to type", (mode) => {
    const home = join(root, "open");
    mkdirSync(home);
    chmodSync(home, mode);
    expect(refusal(home)).toMatchObject({ code: "HOME_UNSAFE", hint: `chmod 700 '${home}'` });
    expect(statSync(home).mode & 0o777).toBe(mode);
  });

  it("refuses a link and a file in its place", () => {
    mkdirSync(join(root, "real"), { mode: 0o700 });
    symlinkSync(join(root, "real"), join(root, "link"));
    writeFileSync(join(root, "file"), "");
    expect(refusal(join(root, "link")).code).toBe("HOME_UNSAFE");
    expect(refusal(join(root, "file")).code).toBe("HOME_UNSAFE");
  });

  it("says when the parent cannot hold it", () => {
    writeFileSync(join(root, "file"), "");
    expect(refusal(join(root, "file", "below")).code).toBe("HOME_UNUSABLE");
    expect(refusal(join(root, "file", "below")).hint).toContain("KEYWARD_EPHEMERAL=1");
  });
});
