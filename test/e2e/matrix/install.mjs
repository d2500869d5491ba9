// Installs what the clients of the matrix need: npm packages into a cache directory outside the project (pinned
// versions, once), Debian packages with apt-get when root. In: clients. Out: per client a version and where its programs lie, or why not.
// It asks npm and apt by package name alone and never installs into the project.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const MINUTES_MS = 60_000;

/** @typedef {{ version: string, directory: string | null } | { missing: string }} Installed */

/** @returns {Map<string, Installed>} */
export function installClients(clients, { install, say }) {
  if (install) installDebian(clients, say);
  return new Map(clients.map((client) => [client.id, installOne(client, { install, say })]));
}

export function cacheDirectory(environment = process.env) {
  const { KEYWARD_E2E_CACHE, XDG_CACHE_HOME } = environment;
  return KEYWARD_E2E_CACHE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "keyward-e2e");
}

function installOne(client, context) {
  const directory = client.npm === undefined ? null : installNpm(client, context);
  if (directory === "") return { missing: context.install ? "npm could not install it" : "not in the cache" };
  if (client.version === undefined) return { version: Object.values(client.npm ?? {})[0] ?? "", directory };
  const asked = spawnSync(client.version[0], client.version.slice(1), { encoding: "utf8", timeout: MINUTES_MS });
  const version = /\d+(?:\.\d+)+/.exec(`${asked.stdout}\n${asked.stderr}`)?.[0];
  if (asked.status === 0) return { version: version ?? "", directory };
  return { missing: client.debian === undefined ? `${client.version[0]} is not there` : `Debian: ${client.debian.join(" ")}` };
}

/** @returns the directory, or "" when it cannot be had */
function installNpm(client, { install, say }) {
  const packages = Object.entries(client.npm).map(([name, version]) => `${name}@${version}`);
  // Named by what is in it: clients with the same packages share them, another version is another directory.
  const directory = join(cacheDirectory(), "npm", packages.join("+").replaceAll("/", "__"));
  const stamp = join(directory, "installed.json");
  const wanted = JSON.stringify(client.npm);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return directory;
  if (!install) return "";
  say(`installing ${packages.join(", ")}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "package.json"), JSON.stringify({ private: true }));
  const args = ["install", "--prefix", directory, "--no-audit", "--no-fund", "--save-exact", "--loglevel=error", ...packages];
  const ran = spawnSync("npm", args, { cwd: directory, encoding: "utf8", timeout: 10 * MINUTES_MS });
  if (ran.status !== 0) {
    say(`npm could not install ${client.id}: ${lastLine(ran.stderr)}`);
    return "";
  }
  writeFileSync(stamp, wanted);
  return directory;
}

function installDebian(clients, say) {
  const lacking = clients.filter(
    ({ debian, version }) => debian !== undefined && spawnSync(version[0], version.slice(1), { stdio: "ignore" }).status !== 0,
  );
  const packages = [...new Set(lacking.flatMap(({ debian }) => debian))];
  if (packages.length === 0) return;
  if (process.getuid?.() !== 0 || spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status !== 0) {
    say(`not installed, and only root on Debian can install them here: ${packages.join(" ")}`);
    return;
  }
  say(`installing ${packages.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-qq"], { env, stdio: "ignore", timeout: 5 * MINUTES_MS });
  const args = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
  const ran = spawnSync("apt-get", args, { env, encoding: "utf8", timeout: 10 * MINUTES_MS });
  if (ran.status !== 0) say(`apt-get could not install all of them: ${lastLine(ran.stderr)}`);
}

function lastLine(text) {
  return (text ?? "").trim().split("\n").at(-1)?.slice(0, 200) ?? "";
}
