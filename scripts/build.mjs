// Run it after changing anything under src/; `npm install`, `npm test` and `npm run demo` run it for you. It compiles
// src/ into dist/, copies what is not TypeScript, removes what has no source any more, and does nothing when nothing changed.
// A build that fails leaves dist/ as it was; two builds at once end with the same files.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "src");
const target = join(root, "dist");
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
const stampFile = join(root, "node_modules", ".cache", "keyward", "build-stamp");
const executables = ["cli/main.js"];

process.exitCode = main();

function main() {
  if (!existsSync(source)) return 0; // an unpacked package: dist came with it
  const files = listFiles(source);
  const stamp = stampOf(files);
  if (isCurrent(files, stamp)) return 0;
  if (!existsSync(compiler)) return withoutCompiler();
  const staging = makeStaging();
  try {
    if (!compile(staging)) return 1;
    for (const file of files.filter((name) => !name.endsWith(".ts"))) put(join(staging, file), readFileSync(join(source, file)));
    sync(staging, files.map(outputOf));
    writeStamp(stamp);
    return 0;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function withoutCompiler() {
  if (existsSync(join(target, "cli", "main.js"))) {
    console.error("keyward: typescript is not installed, dist/ is used as it is");
    return 0;
  }
  console.error("keyward: dist/ is missing and typescript is not installed; run npm install without --omit=dev first");
  return 1;
}

function makeStaging() {
  const parent = join(root, "node_modules", ".cache", "keyward");
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, "build-"));
}

function compile(outDirectory) {
  const ran = spawnSync(process.execPath, [compiler, "-p", root, "--outDir", outDirectory], { stdio: "inherit" });
  if (ran.error !== undefined) console.error(`keyward: cannot run the compiler: ${ran.error.message}`);
  return ran.status === 0;
}

/** Moves every expected file whose bytes differ into dist/, then removes everything else there. */
function sync(staging, expected) {
  for (const file of expected) {
    const built = join(staging, file);
    const placed = join(target, file);
    if (!existsSync(placed) || !readFileSync(placed).equals(readFileSync(built))) {
      // Written beside its place and renamed: a daemon that loads the file meanwhile sees the old one or the new one.
      put(`${placed}.${process.pid}.new`, readFileSync(built));
      renameSync(`${placed}.${process.pid}.new`, placed);
    }
    if (executables.includes(file)) chmodSync(placed, 0o755);
  }
  const wanted = new Set(expected);
  for (const file of listFiles(target)) if (!wanted.has(file)) rmSync(join(target, file), { force: true });
  removeEmptyDirectories(target);
}

function removeEmptyDirectories(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyDirectories(join(directory, entry.name));
  }
  if (directory !== target && readdirSync(directory).length === 0) rmSync(directory, { recursive: true });
}

function isCurrent(files, stamp) {
  return (
    existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp && files.every((file) => existsSync(join(target, outputOf(file))))
  );
}

function outputOf(file) {
  return file.replace(/\.ts$/, ".js");
}

/** Content, not times: a checkout or a copied tree changes every time and no byte. */
function stampOf(files) {
  const hash = createHash("sha256");
  for (const file of [...files.map((name) => join(source, name)), join(root, "tsconfig.json"), fileURLToPath(import.meta.url)]) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}

function writeStamp(stamp) {
  put(`${stampFile}.${process.pid}`, stamp);
  renameSync(`${stampFile}.${process.pid}`, stampFile);
}

function put(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Paths below `directory`, with forward slashes, sorted. */
function listFiles(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(directory, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join("/"),
    )
    .sort();
}
