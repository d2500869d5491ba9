// Run it before a release (`npm run pack:check`): builds and packs the commit that is checked out twice, from two directories, and compares. Prints the
// digest of the package; ends with 1 when the two differ or when something is in it that does not belong there. Leaves nothing behind
// but, with `--out DIRECTORY`, the package.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packIn, problemsOf } from "./pack/package-file.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = process.argv.indexOf("--out");
const place = realpathSync(mkdtempSync(join(tmpdir(), "kw-pack-")));
try {
  const packages = ["one", "two/further/down"].map((name) => packCommit(join(place, name)));
  const digests = packages.map((file) => createHash("sha256").update(readFileSync(file)).digest("hex"));
  const problems = [...problemsOf(packages[0], place), ...(digests[0] === digests[1] ? [] : ["two packs of one commit differ"])];
  for (const problem of problems) console.error(`keyward pack: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  else {
    console.log(`sha256 ${digests[0]}`);
    if (at >= 0) copyFileSync(packages[0], join(process.argv[at + 1] ?? ".", packages[0].slice(packages[0].lastIndexOf("/") + 1)));
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}

function packCommit(directory) {
  mkdirSync(directory, { recursive: true });
  const archive = run("git", ["-C", root, "archive", "--format=tar", "HEAD"]);
  run("tar", ["-x", "-C", directory], archive);
  mkdirSync(join(directory, "node_modules"));
  // Everything of node_modules but its cache, which says what was built before.
  for (const name of run("ls", ["-A", join(root, "node_modules")])
    .toString()
    .split("\n")) {
    if (name !== "" && name !== ".cache") symlinkSync(join(root, "node_modules", name), join(directory, "node_modules", name));
  }
  run(process.execPath, [join(directory, "scripts", "build.mjs")]);
  return packIn(directory);
}

function run(command, args, input) {
  const ran = spawnSync(command, args, { input, maxBuffer: 1 << 30 });
  if (ran.status !== 0) throw new Error(`${command} ended with ${ran.status}: ${ran.stderr.toString()}`);
  return ran.stdout;
}
