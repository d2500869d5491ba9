import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { locate, type Machine } from "../../../../src/discover/files/locate.ts";
import type { Place } from "../../../../src/discover/source.ts";
import { newHome } from "../../../support/discover/stage-fixture.ts";

const machine: Machine = { home: "/home/me", confined: false, environment: {}, platform: "linux" };

function pathsOf(places: readonly Place[], given: Partial<Machine> = {}): string[] {
  return locate({ places, format: "json" }, { ...machine, ...given }).map(({ path }) => path);
}

describe("locate", () => {
  it("leads ~ to the home directory and keeps the order", () => {
    expect(pathsOf([{ path: "~/.b" }, { path: "~/.a/c" }])).toEqual(["/home/me/.b", "/home/me/.a/c"]);
  });

  it("puts what a variable names first, and leaves out what no variable names", () => {
    const places = [{ path: "~/.a" }, { path: "$A_DIR/a.json" }, { path: "$B_FILE" }, { path: "$C_DIR/c" }];
    expect(pathsOf(places, { environment: { A_DIR: "/srv/a", B_FILE: "/srv/b", C_DIR: "relative" } })).toEqual([
      "/srv/a/a.json",
      "/srv/b",
      "/home/me/.a",
    ]);
  });

  it("heeds no variable when it is confined", () => {
    const confined = { confined: true, environment: { A_DIR: "/srv/a", APPDATA: "/srv/b" } };
    expect(pathsOf([{ path: "$A_DIR/a" }, { path: "~/.a" }], confined)).toEqual(["/home/me/.a"]);
    expect(pathsOf([{ path: "%APPDATA%/x", on: ["windows"] }], { ...confined, platform: "windows" })).toEqual([
      "/home/me/AppData/Roaming/x",
    ]);
  });

  it("looks on each system where the tool does there", () => {
    const places: Place[] = [
      { path: "~/.config/x", on: ["linux"] },
      { path: "~/Library/x", on: ["macos"] },
      { path: "%LOCALAPPDATA%/x", on: ["windows"] },
      { path: "~/.x" },
    ];
    expect(pathsOf(places)).toEqual(["/home/me/.config/x", "/home/me/.x"]);
    expect(pathsOf(places, { platform: "macos" })).toEqual(["/home/me/Library/x", "/home/me/.x"]);
    expect(pathsOf(places, { platform: "windows", environment: { LOCALAPPDATA: "/c/local" } })).toEqual(["/c/local/x", "/home/me/.x"]);
  });

  it("names a path once", () => {
    expect(pathsOf([{ path: "$D/x" }, { path: "~/.d/x" }], { environment: { D: "/home/me/.d" } })).toEqual(["/home/me/.d/x"]);
  });

  it("finds every file whose name fits, in the order of the alphabet, and none when the directory is missing", () => {
    const home = newHome();
    mkdirSync(join(home, "d/inner"), { recursive: true });
    for (const name of ["b.json", "a.json", "c.txt", ".json"]) writeFileSync(join(home, "d", name), "");
    expect(pathsOf([{ path: "~/d/*.json" }, { path: "~/none/*.json" }], { home })).toEqual(
      [".json", "a.json", "b.json"].map((name) => join(home, "d", name)),
    );
  });

  it("gives each place the format it has, or else the source's", () => {
    const places: Place[] = [{ path: "~/a" }, { path: "~/b", format: "dotenv" }];
    expect(locate({ places, format: "yaml" }, machine).map(({ format }) => format)).toEqual(["yaml", "dotenv"]);
  });
});
