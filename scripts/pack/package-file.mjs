// Used by pack.mjs and a test, not run by itself: makes the package of a directory that is built, and says what is wrong with a package.
// In: a directory, or a package and the place it was made in. Out: the file, or sentences.
import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";

const BELONGS = /^(?:dist|providers|certs|docs|man)\/|^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md|sbom\.json)$/;
/** What runs, and data. The documents may be of any kind. */
const KINDS = /^docs\/|\.(?:[1-8]|js|mjs|cjs|json|md|py|css|html|svg)$|^LICENSE$/;
const EXECUTABLE = join("dist", "cli", "main.js");
const TESTS = /(?:^|\/)(?:test|tests|__tests__|__snapshots__|fixtures)\/|\.test\./;

/** Of a copy: its files get the modes that they have in the package, whatever the umask was. */
export function packIn(directory) {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !path.includes("node_modules")) chmodSync(path, path.endsWith(EXECUTABLE) ? 0o755 : 0o644);
  }
  const ran = spawnSync("npm", ["pack", "--ignore-scripts", "--json", "--loglevel=error"], { cwd: directory, encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`npm pack ended with ${ran.status}: ${ran.stderr}`);
  const [packed] = Object.values(JSON.parse(ran.stdout));
  return join(directory, packed.filename);
}

/** @param place a path that must not stand in any file */
export function problemsOf(file, place) {
  const names = tar(["-tzf", file])
    .split("\n")
    .filter((name) => name !== "");
  const inside = names.map((name) => name.replace(/^package\//, ""));
  const strangers = inside.filter((name) => !BELONGS.test(name) || !KINDS.test(name) || TESTS.test(name));
  return [
    ...strangers.map((name) => `${name} does not belong into the package`),
    ...(tar(["-xzOf", file]).includes(place) ? [`${place}, where it was made, stands in it`] : []),
    ...(inside.includes("dist/cli/main.js") ? [] : ["the command is missing"]),
  ];
}

function tar(args) {
  const ran = spawnSync("tar", args, { encoding: "latin1", maxBuffer: 1 << 30 });
  if (ran.status !== 0) throw new Error(`tar ended with ${ran.status}: ${ran.stderr}`);
  return ran.stdout;
}
