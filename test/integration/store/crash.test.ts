// Processes that die at any moment: what was acknowledged is there, what is there is whole. KEYWARD_TEST_KILLS=1000 for more.
import { spawn } from "node:child_process";
import { createHash, randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProfile } from "../../../src/store/create-profile.ts";
import { openDatabase } from "../../../src/store/database.ts";
import { openProfile } from "../../../src/store/open-profile.ts";

const KILLS = Number(process.env["KEYWARD_TEST_KILLS"] ?? "24");
const CHILD = fileURLToPath(new URL("writer-child.mjs", import.meta.url));

let directory: string;
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "kw-crash-")));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Starts the child, kills it `afterMs` after it said `mark`, and gives back the lines it said. */
async function killWriter(args: readonly string[], mark: string, afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  let isTimed = false;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    said += chunk;
    if (isTimed || !said.includes(`${mark}\n`)) return;
    isTimed = true;
    setTimeout(() => child.kill("SIGKILL"), afterMs);
  });
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  expect({ signal, said: said.slice(-200) }).toMatchObject({ signal: "SIGKILL" });
  return said.split("\n");
}

describe("a process killed while it writes", () => {
  it(`loses nothing it acknowledged (${KILLS} kills)`, { timeout: 60_000 + KILLS * 1_000 }, async () => {
    const key = randomBytes(32);
    createProfile({ directory, name: "work", key }).close();
    let lastAcked = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const said = await killWriter([directory, "work", key.toString("hex"), "write"], "open", randomInt(0, 120));
      lastAcked = Math.max(lastAcked, ...said.flatMap((line) => (/^acked \d+$/.test(line) ? [Number(line.slice(6))] : [])));
      const store = openProfile({ directory, name: "work", key });
      const reached = Number(store.readFact("proxyPort") ?? "0");
      expect(reached).toBeGreaterThanOrEqual(lastAcked);
      for (const { name, expiresAtMs } of store.connections.list()) {
        // The newest of its name at the end, or one more: written, killed before the fact.
        expect(expiresAtMs).toBeGreaterThan(reached - 5);
        expect(expiresAtMs).toBeLessThanOrEqual(reached + 1);
        const value = store.connections.credential({ provider: "p", name })?.fields["key"]?.reveal();
        expect(value).toBe(createHash("sha256").update(String(expiresAtMs)).digest("hex"));
      }
      store.close();
      const db = openDatabase(join(directory, "work.db"), key);
      expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
      db.close();
    }
    expect(lastAcked).toBeGreaterThan(0);
  });
});

describe("a process killed while it creates a profile", () => {
  it(`leaves none or a complete one (${KILLS} kills)`, { timeout: 60_000 + KILLS * 1_000 }, async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const name = `p${kill}`;
      const key = randomBytes(32);
      await killWriter([directory, name, key.toString("hex"), "create"], "started", kill % 2 === 0 ? randomInt(0, 12) : randomInt(0, 60));
      const isThere = existsSync(join(directory, `${name}.db`));
      const store = isThere ? openProfile({ directory, name, key }) : createProfile({ directory, name, key });
      store.connections.list();
      store.close();
      const leftovers = readdirSync(directory).filter((file) => file.startsWith(`.${name}.`));
      expect(isThere ? [] : leftovers).toEqual([]);
    }
  });
});
