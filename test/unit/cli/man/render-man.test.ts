import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { renderManPages } from "../../../../src/cli/man/render-man.ts";
import { COMMAND_NAMES, GROUPS, loadCommand } from "../../../../src/cli/registry.ts";

const MAN = new URL("../../../../man/", import.meta.url);
const PACKAGE = new URL("../../../../package.json", import.meta.url);
const pages = renderManPages(await Promise.all(COMMAND_NAMES.map(loadCommand)), GROUPS);

describe("man/", () => {
  it.each(Object.entries(pages))("holds %s as the commands say it", async (name, text) => {
    await expect(text).toMatchFileSnapshot(new URL(name, MAN).pathname);
  });

  it("holds no page of a command that is gone, and the package names every page", () => {
    expect(readdirSync(MAN).sort()).toEqual(Object.keys(pages).sort());
    const { man, files } = JSON.parse(readFileSync(PACKAGE, "utf8")) as { man: string[]; files: string[] };
    expect(man).toEqual(
      Object.keys(pages)
        .map((name) => `./man/${name}`)
        .sort(),
    );
    expect(files).toContain("man");
  });

  it("is ASCII, which a terminal of any locale shows", () => {
    for (const text of Object.values(pages)) expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  });

  it("is sound for a formatter", () => {
    for (const name of Object.keys(pages)) {
      const done = spawnSync("mandoc", ["-Tutf8", "-Werror", new URL(name, MAN).pathname], { encoding: "utf8" });
      expect(done.stderr).toBe("");
      // Bold is a letter over itself.
      expect(
        done.stdout
          .split("\b")
          .map((part, at, all) => (at < all.length - 1 ? part.slice(0, -1) : part))
          .join(""),
      ).toMatch(/NAME\n +keyward/);
    }
  });
});
