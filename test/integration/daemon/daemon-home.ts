// A daemon of its own for a test: a temporary home, the real program, and a way to find out which process it is.
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { daemonEnvironment } from "../../../src/config/environment.ts";
import { type Paths, resolvePaths } from "../../../src/config/paths.ts";
import type { ControlClient } from "../../../src/control/client.ts";
import { readLock } from "../../../src/control/daemon-lock.ts";
import { ensureDaemon } from "../../../src/control/start-daemon.ts";
import { withLimit } from "../../support/wait.ts";

export const PROGRAM = fileURLToPath(new URL("../../../dist/daemon/main.js", import.meta.url));

export class DaemonHome {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "kwd-")));
  readonly env: Record<string, string>;
  readonly paths: Paths;
  readonly #clients: ControlClient[] = [];

  constructor(env: Record<string, string> = {}) {
    this.env = { PATH: process.env["PATH"] ?? "", HOME: this.root, KEYWARD_HOME: join(this.root, "h"), KEYWARD_KEYCHAIN: "off", ...env };
    this.paths = resolvePaths(this.env);
  }

  async connect(): Promise<ControlClient> {
    const client = await ensureDaemon(this.paths, { environment: daemonEnvironment(this.env), program: PROGRAM });
    this.#clients.push(client);
    return client;
  }

  /** The daemon's pid by its lock, null when none lives. */
  get pid(): number | null {
    return readLock(this.paths.daemonLock)?.pid ?? null;
  }

  get log(): string {
    return readFileSync(this.paths.daemonLog, "utf8");
  }

  set(settings: Record<string, unknown>): void {
    writeFileSync(this.paths.config, JSON.stringify(settings), { mode: 0o600 });
  }

  /** kill -9, and wait until the connection shows that it is gone. */
  async kill(client: ControlClient): Promise<void> {
    process.kill(client.daemon.pid, "SIGKILL");
    await withLimit(client.closed, "the daemon to die");
  }

  async remove(): Promise<void> {
    const { pid } = this;
    for (const each of this.#clients) {
      // The first that is still connected stops it; the others are ended by that.
      if (each.daemon.pid === pid) await each.call("daemon.stop", {}).catch(() => {});
      if (each.daemon.pid === pid) await withLimit(each.closed, "the daemon to stop").catch(() => {});
      each.close();
    }
    const left = this.pid;
    try {
      if (left !== null) process.kill(left, "SIGKILL");
    } catch {
      // It ended between the look and the signal.
    }
    // One that is killed may still write for a moment.
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}
