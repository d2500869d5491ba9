import { existsSync, mkdtempSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { readRunsMarker, writeRunsMarker } from "../../../../src/daemon/runs/runs-marker.ts";

let path = "";

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "kw-mark-")), "runs.json");
});

describe("the runs marker", () => {
  it("is read as it was written, privately, and is gone without runs", () => {
    const marker = { proxyPort: 40_000, profiles: ["default", "work"] };
    writeRunsMarker(path, marker);
    expect(readRunsMarker(path)).toEqual(marker);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(readdirSync(dirname(path))).toEqual(["runs.json"]);
    writeRunsMarker(path, { proxyPort: 0, profiles: [] });
    expect(existsSync(path)).toBe(false);
    writeRunsMarker(path, { proxyPort: 0, profiles: [] });
  });

  it.each([
    "",
    "{",
    "null",
    '{"proxyPort":0,"profiles":["a"]}',
    '{"proxyPort":70000,"profiles":["a"]}',
    '{"proxyPort":"1","profiles":["a"]}',
    '{"proxyPort":1}',
    '{"proxyPort":1,"profiles":["../x",7]}',
  ])("that is damaged means nothing to take over: %s", (text) => {
    writeFileSync(path, text);
    expect(readRunsMarker(path)).toBeNull();
  });
});
