import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { leadsOut } from "../../../../../src/child/sandbox/machine/leads-out.ts";

let root: string;
let project: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "kw-leads-")));
  project = join(root, "app");
  for (const path of ["app/real", "outside/deep"]) mkdirSync(join(root, path), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function link(name: string, target: string): string {
  symlinkSync(target, join(root, name));
  return join(root, name);
}

it("is true of a link in the project that leads out, at the end of the way and on it", () => {
  link("app/out", join(root, "outside"));
  link("app/away", "../outside/deep");
  expect([leadsOut(join(project, "out"), project), leadsOut(join(project, "out/deep"), project)]).toEqual([true, true]);
  expect(leadsOut(join(project, "away"), project)).toBe(true);
});

it("is true of one that is come to by links from outside, or by another in the project", () => {
  link("app/out", join(root, "outside"));
  link("app/again", "out");
  expect(leadsOut(link("entry", join(project, "out")), project)).toBe(true);
  expect(leadsOut(join(project, "again"), project)).toBe(true);
});

it("is false of links of the user's outside, of those that stay in the project, and of what is no link", () => {
  link("app/inner", "real");
  expect(leadsOut(link("mine", join(root, "outside")), project)).toBe(false);
  expect(leadsOut(link("into", join(project, "inner")), project)).toBe(false);
  for (const path of [join(project, "inner"), join(project, "real"), join(root, "outside"), join(root, "nowhere/at/all"), "/"]) {
    expect(leadsOut(path, project)).toBe(false);
  }
});

it("is true of links that go round", () => {
  link("app/one", "two");
  link("app/two", "one");
  expect(leadsOut(join(project, "one"), project)).toBe(true);
});
