// Which directory a sandboxed run may write: the repository around the current directory, else that directory alone.
// In: the directory, the homes. Out: the project and git's own directory. A worktree's shared directory counts only when it
// holds the worktree's own, which names the worktree: what a repository or an earlier run left here must not point the sandbox at ~/.ssh.
import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isAbove } from "./mounts.ts";

export interface Project {
  readonly project: string;
  /** `.git`, or for a worktree the repository's shared directory; null outside of a repository. */
  readonly gitDirectory: string | null;
}

export function findProject(cwd: string, homes: readonly string[]): Project {
  for (let current = cwd; ; current = dirname(current)) {
    // A repository of dotfiles must not make all of home writable.
    if (homes.some((home) => home === current || isAbove(current, home))) break;
    const git = join(current, ".git");
    const stat = lstatSync(git, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) return { project: current, gitDirectory: git };
    if (stat?.isFile() === true) return { project: current, gitDirectory: sharedDirectory(git) };
    if (dirname(current) === current) break;
  }
  return { project: cwd, gitDirectory: null };
}

function sharedDirectory(gitFile: string): string | null {
  try {
    const own = /^gitdir: (.+)$/m.exec(readFileSync(gitFile, "utf8"))?.[1];
    if (own === undefined) return null;
    const directory = realpathSync(resolve(dirname(gitFile), own.trim()));
    const back = resolve(directory, readFileSync(join(directory, "gitdir"), "utf8").trim());
    if (realpathSync(back) !== realpathSync(gitFile)) return null;
    // Where git itself keeps it. Anywhere else it may be made up, together with what it says.
    const common = dirname(dirname(directory));
    if (basename(dirname(directory)) !== "worktrees") return null;
    return realpathSync(resolve(directory, readFileSync(join(directory, "commondir"), "utf8").trim())) === common ? common : null;
  } catch {
    return null;
  }
}
