import type * as Files from "node:fs";
import { fsyncSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { installPreload, quoteForNodeOptions } from "../../../../src/child/install-preload.ts";
import { keepPreload, preloadIn } from "../../../../src/child/preload/keep-preload.ts";

vi.mock("node:fs", async (importOriginal) => {
  const real = await importOriginal<typeof Files>();
  return { ...real, fsyncSync: vi.fn(real.fsyncSync) };
});

function installed(name = "state"): { path: string; env: Record<string, string> } {
  const directory = mkdtempSync(join(tmpdir(), "kw-preload-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = installPreload(join(directory, name));
  return { path, env: { NODE_OPTIONS: `--require "${quoteForNodeOptions(path)}" --max-old-space-size=99` } };
}

const isBack = (path: string, content: Buffer) => vi.waitFor(() => expect(readFileSync(path)).toEqual(content), { timeout: 30_000 });

it("finds the preload in NODE_OPTIONS, whatever its directory is called", () => {
  for (const name of ["state", 'with "quotes" and \\', "with space"]) {
    const { path, env } = installed(name);
    expect(preloadIn(env)).toBe(path);
  }
  const ours = installed().env["NODE_OPTIONS"] ?? "";
  expect(preloadIn({ NODE_OPTIONS: `${installed().env["NODE_OPTIONS"] ?? ""} ${ours}` })).toBe(preloadIn({ NODE_OPTIONS: ours }));
  for (const options of ["", "--require ./mine.cjs", '--require "./mine.cjs"']) expect(preloadIn({ NODE_OPTIONS: options })).toBeNull();
  expect(preloadIn({})).toBeNull();
});

it("puts the file back when it is deleted, emptied, or went with its directory, as often as that happens", async () => {
  const { path, env } = installed();
  const content = readFileSync(path);
  const stop = keepPreload(env);
  onTestFinished(stop);
  const losses = [
    () => unlinkSync(path),
    () => writeFileSync(path, ""),
    () => rmSync(dirname(path), { recursive: true }),
    () => unlinkSync(path),
  ];
  for (const lose of losses) {
    lose();
    await isBack(path, content);
  }
});

it("does not wait for the disk to confirm it, as a Node process may be starting", async () => {
  const { path, env } = installed();
  const content = readFileSync(path);
  expect(fsyncSync).toHaveBeenCalled();
  vi.mocked(fsyncSync).mockClear();
  onTestFinished(keepPreload(env));
  unlinkSync(path);
  await isBack(path, content);
  expect(fsyncSync).not.toHaveBeenCalled();
});

it("keeps the content that the run began with", async () => {
  const { path, env } = installed();
  writeFileSync(path, "// of another version\n");
  const stop = keepPreload(env);
  onTestFinished(stop);
  unlinkSync(path);
  await isBack(path, Buffer.from("// of another version\n"));
});

it("does nothing for a run without one, and nothing any more once stopped", async () => {
  keepPreload({})();
  const { path, env } = installed();
  keepPreload(env)();
  unlinkSync(path);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(() => readFileSync(path)).toThrow("ENOENT");
});
