// Used by the peers, not run by itself: gets what a peer needs, on demand: a command from a Debian package, a module from npm.
// Modules go to a cache directory of the user, never into this repository. What cannot be had throws Unobtainable: the peer is skipped.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

export class Unobtainable extends Error {}

/** The command's path. */
export function obtainCommand(command, debianPackage) {
  const found = findCommand(command);
  if (found !== null) return found;
  const byHand = `${command} is not installed; install the Debian package ${debianPackage} and try again`;
  if (process.getuid?.() !== 0) throw new Unobtainable(`${byHand} (only root can do it from here)`);
  if (findCommand("apt-get") === null) throw new Unobtainable(byHand);
  say(`installing ${debianPackage} with apt-get …`);
  // RUNLEVEL=1: the package's own service is not started.
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const install = () => run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", debianPackage], environment);
  if (!install() && !(run("apt-get", ["update", "-qq"], environment) && install())) throw new Unobtainable(`apt-get failed; ${byHand}`);
  const installed = findCommand(command);
  if (installed === null) throw new Unobtainable(`${debianPackage} was installed and there is no ${command}`);
  return installed;
}

/** The address of the module's entry, for import(). */
export function obtainModule(name, version) {
  const directory = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "keyward-bench", `${name}@${version}`);
  if (!existsSync(join(directory, "node_modules", name))) {
    mkdirSync(directory, { recursive: true });
    say(`installing ${name} ${version} with npm into ${directory} …`);
    const flags = [
      "--prefix",
      directory,
      "--no-save",
      "--no-audit",
      "--no-fund",
      "--no-package-lock",
      "--ignore-scripts",
      "--loglevel=error",
    ];
    if (!run("npm", ["install", ...flags, `${name}@${version}`])) throw new Unobtainable(`npm could not install ${name} ${version}`);
  }
  return pathToFileURL(createRequire(join(directory, "x.js")).resolve(name)).href;
}

function findCommand(command) {
  for (const directory of [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"]) {
    try {
      accessSync(join(directory, command), constants.X_OK);
      return join(directory, command);
    } catch {
      continue;
    }
  }
  return null;
}

function run(command, args, env = process.env) {
  const ran = spawnSync(command, args, { env, stdio: ["ignore", "ignore", "inherit"], timeout: 300_000 });
  return ran.status === 0;
}

function say(text) {
  console.error(text);
}
