import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Paths } from "../../../../src/config/paths.ts";
import { ScrubSettings } from "../../../../src/daemon/proxy/scrub-settings.ts";

vi.mock("node:fs", async (load) => {
  const real = await load<{ readFileSync: typeof readFileSync }>();
  return { ...real, readFileSync: vi.fn<typeof readFileSync>(real.readFileSync) };
});

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function settings() {
  const directory = mkdtempSync(join(tmpdir(), "scrub-"));
  directories.push(directory);
  const config = join(directory, "config.json");
  const warnings: string[] = [];
  const log = { warn: (event: string) => void warnings.push(event) };
  const made = new ScrubSettings({ config } as Paths, log);
  return { made, warnings, config, write: (text: string) => writeFileSync(config, text, { mode: 0o600 }) };
}

const WORK = { provider: "github", name: "work" };

describe("the setting scrub", () => {
  it("says nothing without an entry, and the most special entry counts", async () => {
    const { made, write } = settings();
    expect(made.modeFor(WORK)).toBe(null);
    write('{"scrub":["mask","openai=block","github=block","github/work=off"]}');
    await expect.poll(() => made.modeFor(WORK)).toBe("off");
    expect(made.modeFor({ provider: "github", name: "default" })).toBe("block");
    expect(made.modeFor({ provider: "stripe", name: "default" })).toBe("mask");
  });

  it("keeps what it was when the file is damaged", async () => {
    const { made, write, warnings } = settings();
    write('{"scrub":["block"]}');
    expect(made.modeFor(WORK)).toBe("block");
    write("{ damaged");
    await expect.poll(() => [made.modeFor(WORK), ...warnings]).toEqual(["block", "settings not usable"]);
  });

  it("is the strictest where the file has never been read, and is read as soon as it can be", async () => {
    const { made, write, config, warnings } = settings();
    mkdirSync(config);
    expect(made.modeFor(WORK)).toBe("block");
    await expect.poll(() => made.modeFor(WORK)).toBe("block");
    expect(warnings).toEqual(["settings not usable"]);
    rmSync(config, { recursive: true });
    write('{"scrub":["mask"]}');
    await expect.poll(() => made.modeFor(WORK)).toBe("mask");
  });

  it("counts once a file can be read that could not be, although it has not changed", async () => {
    const { made, write, config } = settings();
    write('{"scrub":["off"]}');
    const before = statSync(config);
    vi.mocked(readFileSync).mockImplementationOnce(() => {
      throw Object.assign(new Error("too many open files"), { code: "EMFILE" });
    });
    expect(made.modeFor(WORK)).toBe("block");
    await expect.poll(() => made.modeFor(WORK)).toBe("off");
    expect(statSync(config).mtimeMs).toBe(before.mtimeMs);
  });
});
