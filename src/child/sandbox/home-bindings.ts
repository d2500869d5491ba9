// What of a home directory a sandboxed program keeps: the tools installed there and git's plain settings, never anything else.
// In: a home and the PATH. Out: paths, which may not exist. A list of what is let in, for a list of secrets is never complete.
import { basename, dirname, join, resolve, sep } from "node:path";

/** Version managers, language tools and editors' runtimes: programs only. Of those that keep tokens beside them (deno, rye, uv), the parts without. */
const TOOL_DIRECTORIES = [
  ".asdf",
  ".bun",
  ".cargo/bin",
  ".cargo/env",
  ".deno/bin",
  ".deno/env",
  ".fnm",
  ".goenv",
  ".jenv",
  ".juliaup",
  ".local/bin",
  ".local/lib",
  ".local/pipx",
  ".local/share/fnm",
  ".local/share/mise",
  ".local/share/pipx",
  ".local/share/pnpm",
  ".local/share/uv/python",
  ".local/share/uv/tools",
  ".nix-profile",
  ".nodenv",
  ".nvm",
  ".pixi",
  ".proto",
  ".pyenv",
  ".rbenv",
  ".rustup",
  ".rvm",
  ".rye/env",
  ".rye/py",
  ".rye/self",
  ".rye/shims",
  ".rye/tools",
  ".sdkman",
  ".volta",
  "go/bin",
];

/** Who commits and how; credentials are in files of their own, which stay hidden. */
const SETTINGS = [".gitconfig", ".config/git/config", ".config/git/ignore", ".config/git/attributes"];

export function homeBindings(home: string, searchPath: string): string[] {
  const fromPath = searchPath
    .split(":")
    .filter((entry) => entry.startsWith(home + sep))
    .flatMap((entry) => programDirectories(resolve(entry), home));
  return [...TOOL_DIRECTORIES, ...SETTINGS].map((name) => join(home, name)).concat(fromPath);
}

/** Never all that Node was installed into: that may be `~/.local`, where keyrings and tokens are kept as well. @param node its real path */
export function nodeBindings(node: string): string[] {
  const directory = dirname(node);
  return basename(directory) === "bin" ? programDirectories(directory, "") : [node];
}

/** `~/x/bin` needs `~/x/lib` beside it; `~/bin` must not bring all of home. */
function programDirectories(directory: string, home: string): string[] {
  if (directory === home) return [];
  const parent = dirname(directory);
  if (basename(directory) !== "bin" || parent === home) return [directory];
  return [directory, ...["lib", "lib64", "libexec", "include"].map((name) => join(parent, name))];
}
