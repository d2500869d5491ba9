// Run it after every change of package-lock.json (`npm run sbom`): writes sbom.json, the CycloneDX list of what keyward needs at run time, from the
// lock file alone. The same lock file always gives the same bytes: no time, no place, no random number. `--check` writes nothing and ends
// with 1 when sbom.json is not what it would write.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param lock the parsed package-lock.json (lockfileVersion 3) */
export function makeSbom(lock) {
  const project = lock.packages[""];
  const shipped = Object.entries(lock.packages).filter(([path, entry]) => path !== "" && entry.dev !== true && entry.link !== true);
  const components = new Map(shipped.map(([path, entry]) => [refOf(path, entry), componentOf(path, entry)]));
  const dependencies = new Map([[`${project.name}@${project.version}`, dependsOn(lock, "", project)]]);
  for (const [path, entry] of shipped) {
    const ref = refOf(path, entry);
    dependencies.set(ref, [...new Set([...(dependencies.get(ref) ?? []), ...dependsOn(lock, path, entry)])].sort());
  }
  const body = {
    metadata: { lifecycles: [{ phase: "build" }], component: projectOf(project) },
    components: sorted(components).map(([, component]) => component),
    dependencies: sorted(dependencies).map(([ref, on]) => ({ ref, dependsOn: on })),
  };
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(body))}`,
    version: 1,
    ...body,
  };
}

function projectOf({ name, version, license }) {
  return {
    "bom-ref": `${name}@${version}`,
    type: "application",
    name,
    version,
    purl: purlOf(name, version),
    licenses: [{ license: { id: license } }],
  };
}

function componentOf(path, entry) {
  const name = nameOf(path, entry);
  return {
    "bom-ref": refOf(path, entry),
    type: "library",
    name,
    version: entry.version,
    scope: entry.optional === true ? "optional" : "required",
    ...(entry.integrity === undefined ? {} : { hashes: entry.integrity.split(" ").map(hashOf) }),
    ...(entry.license === undefined
      ? {}
      : { licenses: [/^[\w.-]+$/.test(entry.license) ? { license: { id: entry.license } } : { expression: entry.license }] }),
    purl: purlOf(name, entry.version),
    ...(entry.hasInstallScript === true ? { properties: [{ name: "cdx:npm:package:hasInstallScript", value: "true" }] } : {}),
  };
}

/** As Node resolves them: from the innermost node_modules outwards. What is not installed on any platform is left out. */
function dependsOn(lock, path, { dependencies = {}, optionalDependencies = {}, peerDependencies = {} }) {
  const found = Object.keys({ ...peerDependencies, ...dependencies, ...optionalDependencies }).flatMap((name) => {
    for (let from = path; ; from = from.slice(0, Math.max(0, from.lastIndexOf("node_modules/") - 1))) {
      const at = `${from === "" ? "" : `${from}/`}node_modules/${name}`;
      if (lock.packages[at] !== undefined) return lock.packages[at].dev === true ? [] : [refOf(at, lock.packages[at])];
      if (from === "") return [];
    }
  });
  return [...new Set(found)].sort();
}

function nameOf(path, entry) {
  return entry.name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

function refOf(path, entry) {
  return `${nameOf(path, entry)}@${entry.version}`;
}

function purlOf(name, version) {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

function hashOf(integrity) {
  const [algorithm, digest] = integrity.split("-", 2);
  return { alg: algorithm.replace("sha", "SHA-"), content: Buffer.from(digest, "base64").toString("hex") };
}

/** Named by its content (RFC 9562, version 8). */
function uuidOf(text) {
  const hex = createHash("sha256").update(text).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}

function sorted(map) {
  return [...map].sort(([one], [other]) => (one < other ? -1 : 1));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const text = `${JSON.stringify(makeSbom(lock), null, 1)}\n`;
  const path = join(root, "sbom.json");
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    console.error("sbom.json is not what package-lock.json says; run npm run sbom");
    process.exitCode = 1;
  }
}
