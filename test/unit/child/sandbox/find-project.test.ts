import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findProject } from "../../../../src/child/sandbox/find-project.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "kw-project-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function make(path: string): string {
  mkdirSync(join(root, path), { recursive: true });
  return join(root, path);
}

describe("findProject", () => {
  it("is the repository around the directory", () => {
    make("app/.git");
    expect(findProject(make("app/src/deep"), [root])).toEqual({ project: join(root, "app"), gitDirectory: join(root, "app/.git") });
  });

  it("is the directory alone outside of a repository", () => {
    expect(findProject(make("plain/sub"), [root])).toEqual({ project: join(root, "plain/sub"), gitDirectory: null });
  });

  it("is never a home, though it may be a repository of dotfiles", () => {
    make(".git");
    expect(findProject(make("notes"), [root])).toEqual({ project: join(root, "notes"), gitDirectory: null });
  });

  it("knows the repository of a worktree", () => {
    const main = make("main");
    const git = (...args: string[]): void =>
      void execFileSync("git", ["-C", main, "-c", "user.name=a", "-c", "user.email=a@b.c", ...args], { stdio: "ignore" });
    git("init", "-q");
    git("commit", "-q", "--allow-empty", "-m", "x");
    git("worktree", "add", "-q", join(root, "tree"));
    expect(findProject(join(root, "tree"), [root])).toEqual({ project: join(root, "tree"), gitDirectory: join(main, ".git") });
  });

  it("does not believe a .git file that points at somebody else's directory", () => {
    const app = make("app");
    make("victim/.ssh");
    writeFileSync(join(app, ".git"), `gitdir: ${join(root, "victim/.ssh")}\n`);
    expect(findProject(app, [join(root, "victim")])).toEqual({ project: app, gitDirectory: null });
  });

  it.each(["made-up", "made-up/worktrees/tree"])("does not believe one that points at %s, which leads on to somebody else's", (made) => {
    const app = make("app");
    const own = make(`app/${made}`);
    writeFileSync(join(app, ".git"), `gitdir: ${own}\n`);
    writeFileSync(join(own, "gitdir"), `${join(app, ".git")}\n`);
    writeFileSync(join(own, "commondir"), `${make("victim/.ssh")}\n`);
    expect(findProject(app, [join(root, "victim")])).toEqual({ project: app, gitDirectory: null });
  });
});
