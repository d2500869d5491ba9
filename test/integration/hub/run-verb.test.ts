// The verbs of the hub's process, in this process: what they answer on descriptor 3, which is caught here, and with which exit status.
// In: verbs with options as JSON. Out: lines of answer.
import type * as fs from "node:fs";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newRootKeyLine } from "../../../src/hub/keys/root-key.ts";
import { runHubVerb } from "../../../src/hub/run-verb.ts";

const { written } = vi.hoisted(() => ({ written: [] as string[] }));
// Descriptor 3 of this process is the test runner's own.
vi.mock("node:fs", async (original) => {
  const real = await original<typeof fs>();
  const writeSync = (fd: number, ...rest: [string]): number => (fd === 3 ? written.push(rest[0]) : real.writeSync(fd, ...rest));
  return { ...real, writeSync };
});

interface Answer {
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string };
}

describe("a verb of the hub's process", () => {
  let dataDir = "";
  beforeEach(() => {
    dataDir = join(mkdtempSync(join(tmpdir(), "keyward-verb-")), "hub");
    for (const name of ["KEY", "KEY_FILE", "KEY_COMMAND", "DATABASE", "OWNER_DATABASE"]) vi.stubEnv(`KEYWARD_HUB_${name}`, undefined);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    process.exitCode = undefined;
    written.length = 0;
    rmSync(join(dataDir, ".."), { recursive: true, force: true });
  });

  const answers = (): Answer[] => written.map((text) => JSON.parse(text) as Answer);
  const run = async (verb: string): Promise<Answer | undefined> => {
    await runHubVerb(verb, JSON.stringify({ dataDir, host: "127.0.0.1", port: 0 }));
    return answers().at(-1);
  };

  it("init makes a hub, and run again it gives the same key another set-up token", async () => {
    const first = await run("init");
    const keyFile = join(dataDir, "root.key");
    expect(first?.result).toMatchObject({ engine: "sqlite", keyFile, setupToken: expect.stringMatching(/^kw_inv_/) as string });
    const key = readFileSync(keyFile, "utf8");
    const second = await run("init");
    expect(second?.result?.["setupToken"]).not.toBe(first?.result?.["setupToken"]);
    expect(readFileSync(keyFile, "utf8")).toBe(key);
    expect(written.every((text) => text.endsWith("\n") && !text.includes(key.trim().slice(2)))).toBe(true);
    expect(process.exitCode).toBeUndefined();
  });

  it("rotate-key writes with the first key of the variable from then on", async () => {
    const old = newRootKeyLine("old");
    vi.stubEnv("KEYWARD_HUB_KEY", old);
    expect((await run("init"))?.result).toMatchObject({ keyFile: null });
    expect(existsSync(join(dataDir, "root.key"))).toBe(false);
    vi.stubEnv("KEYWARD_HUB_KEY", `${newRootKeyLine("new")}\n${old}`);
    expect((await run("rotate-key"))?.result).toEqual({ rewrapped: 1, rootKeyId: "new" });
  });

  it("serve answers once it listens, and ends on a signal", async () => {
    await run("init");
    const before = new Set(process.rawListeners("SIGTERM"));
    const running = run("serve");
    await vi.waitFor(() => expect(answers().at(-1)?.result?.["url"]).toBeDefined(), 45_000);
    const url = String(answers().at(-1)?.result?.["url"]);
    expect((await fetch(`${url}/v1/me`)).status).toBe(401);
    const added = process.rawListeners("SIGTERM").filter((listener) => !before.has(listener));
    expect(added).toHaveLength(1);
    for (const listener of added) (listener as () => void)();
    await running;
    await expect(fetch(`${url}/v1/me`)).rejects.toThrow();
  });

  it.each([
    ["dance", "USAGE"],
    ["migrate-db", "USAGE"],
    ["serve", "HUB_KEY"],
    ["rotate-key", "HUB_KEY"],
  ])("%s with nothing there is refused with a code and an exit status", async (verb, code) => {
    expect(await run(verb)).toMatchObject({ error: { code } });
    expect(process.exitCode).toBeGreaterThan(0);
    expect(existsSync(dataDir)).toBe(false);
  });

  it("answers options that are no JSON with an error too", async () => {
    await runHubVerb("init", "{");
    expect(answers()).toMatchObject([{ error: { code: "INTERNAL" } }]);
    expect(process.exitCode).toBeGreaterThan(0);
  });
});
