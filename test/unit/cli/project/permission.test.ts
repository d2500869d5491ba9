import { mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allowProject, readPermission, revokePermission } from "../../../../src/cli/project/permission.ts";
import { resolvePaths } from "../../../../src/config/paths.ts";

function place() {
  const directory = mkdtempSync(join(tmpdir(), "kw-allow-"));
  const path = join(directory, "keyward.json");
  writeFileSync(path, "{}");
  return { paths: resolvePaths({ KEYWARD_HOME: join(directory, "h") }), path, directory };
}

describe("permissions", () => {
  it("hold for this content at this path, through links", () => {
    const { paths, path, directory } = place();
    expect(readPermission(paths, { path, text: "{}" })).toBe("unknown");
    allowProject(paths, { path, text: "{}" });
    expect(readPermission(paths, { path, text: "{}" })).toBe("allowed");
    expect(readPermission(paths, { path, text: "{ }" })).toBe("changed");
    symlinkSync(directory, `${directory}-link`);
    expect(readPermission(paths, { path: join(`${directory}-link`, "keyward.json"), text: "{}" })).toBe("allowed");
  });

  it("can be taken back, once", () => {
    const { paths, path } = place();
    allowProject(paths, { path, text: "{}" });
    expect([revokePermission(paths, path), revokePermission(paths, path)]).toEqual([true, false]);
    expect(readPermission(paths, { path, text: "{}" })).toBe("unknown");
  });

  it("are private files, and a damaged one allows nothing", () => {
    const { paths, path } = place();
    allowProject(paths, { path, text: "{}" });
    const [name = ""] = readdirSync(join(paths.state, "allowed"));
    const record = join(paths.state, "allowed", name);
    expect(statSync(record).mode & 0o777).toBe(0o600);
    writeFileSync(record, readFileSync(record, "utf8").slice(0, 20));
    expect(readPermission(paths, { path, text: "{}" })).toBe("unknown");
  });
});
