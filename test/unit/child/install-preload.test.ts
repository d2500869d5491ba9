import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { installPreload, outlives, quoteForNodeOptions, shippedPreload } from "../../../src/child/install-preload.ts";

const newDirectory = (): string => mkdtempSync(join(tmpdir(), "keyward-preload-"));

describe("installPreload", () => {
  it("writes the preload once, named by its content", () => {
    const directory = newDirectory();
    const path = installPreload(directory);
    const { ino } = statSync(path);
    expect(basename(path)).toMatch(/^preload-[0-9a-f]{16}\.cjs$/);
    expect(installPreload(directory)).toBe(path);
    expect(statSync(path).ino).toBe(ino);
    expect(readdirSync(directory)).toHaveLength(1);
    expect(readFileSync(path, "utf8")).toBe(readFileSync(new URL("../../../src/child/preload.cjs", import.meta.url), "utf8"));
  });
});

describe("shippedPreload", () => {
  it("is the installed file, unless the program may remove that with its project's node_modules", () => {
    expect(readFileSync(shippedPreload("/work") ?? "", "utf8")).toContain("tls.connect");
    const local = "/home/me/app/node_modules/keyward/dist/child/preload.cjs";
    expect(outlives(local, "/home/me/app")).toBeNull();
    expect(outlives(local, "/home/me/app/packages/one")).toBeNull();
    expect(outlives(local, "/home/me/app-two")).toBe(local);
    const cached = "/home/me/.npm/_npx/0f/node_modules/keyward/dist/child/preload.cjs";
    expect(outlives(cached, "/home/me")).toBe(cached);
  });
});

describe("quoteForNodeOptions", () => {
  it.each(["plain", "with space", 'with "quote"', "with \\ backslash"])("lets Node require a file in a directory %s", (name) => {
    const directory = join(newDirectory(), name);
    mkdirSync(directory);
    const path = installPreload(directory);
    const child = spawnSync(process.execPath, ["-p", "Boolean(require('tls')[Symbol.for('keyward.preload')])"], {
      env: { ...process.env, NODE_OPTIONS: `--no-deprecation --require="${quoteForNodeOptions(path)}"` },
      encoding: "utf8",
    });
    expect([child.stdout, child.stderr]).toEqual(["true\n", ""]);
  });
});
