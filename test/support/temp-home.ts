// A throw-away user: a home for keyward, a home directory and a working directory, all below one short temporary path.
// It remembers everything its commands printed, stops its daemon and removes the lot. No keychain, no browser, nothing of the tester's own.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Settings } from "../../src/config/settings.ts";
import { assertNoSecret } from "./assert-no-secret.ts";
import {
  runKeyward,
  runKeywardOnPty,
  spawnKeyward,
  type CommandOptions,
  type Finished,
  type LiveCommand,
  type PtyStep,
} from "./keyward.ts";

/** undefined takes a setting out of the file. */
export type SettingsPatch = { readonly [K in keyof Settings]?: Settings[K] | undefined };

export interface TempHomeOptions {
  readonly settings?: SettingsPatch;
  readonly env?: Readonly<Record<string, string>>;
}

export class TempHome {
  readonly root: string;
  /** KEYWARD_HOME. */
  readonly path: string;
  /** Where commands run and where a test puts its scripts. */
  readonly work: string;
  readonly env: Readonly<Record<string, string>>;
  /** Everything every command of this home printed. */
  readonly outputs: string[] = [];

  constructor(options: TempHomeOptions = {}) {
    // Unix socket paths are short: about 100 bytes for all of it.
    this.root = realpathSync(mkdtempSync(join(tmpdir(), "kw-")));
    this.path = join(this.root, "h");
    this.work = join(this.root, "work");
    mkdirSync(this.path, { mode: 0o700 });
    mkdirSync(this.work);
    mkdirSync(join(this.root, "user"));
    this.env = {
      PATH: process.env["PATH"] ?? "",
      HOME: join(this.root, "user"),
      LANG: "C.UTF-8",
      KEYWARD_HOME: this.path,
      KEYWARD_KEYCHAIN: "off",
      ...options.env,
    };
    this.set(options.settings ?? {});
  }

  /** Writes settings as `config set` would; the daemon idles out by itself should a test be killed, and no login asks a provider. */
  set(settings: SettingsPatch): void {
    const file = join(this.path, "config.json");
    const before: unknown = existsSync(file)
      ? JSON.parse(readFileSync(file, "utf8"))
      : { "daemon.idle_timeout": 300, "login.verify": false };
    writeFileSync(file, JSON.stringify({ ...(before as object), ...settings }), { mode: 0o600 });
  }

  async run(args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
    return this.#remember(await runKeyward(args, this.#with(options)));
  }

  /** The same, and a failure of the test when the command does not end with 0. */
  async succeed(args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
    const done = await this.run(args, options);
    if (done.exitCode !== 0)
      throw new Error(`keyward ${args.join(" ")} ended with ${done.exitCode ?? done.signal}: ${done.stderr}${done.stdout}`);
    return done;
  }

  spawn(args: readonly string[], options: CommandOptions = {}): LiveCommand {
    const live = spawnKeyward(args, this.#with(options));
    void live.finished.then(
      (done) => this.#remember(done),
      () => {},
    );
    return live;
  }

  async onPty(args: readonly string[], steps: readonly PtyStep[], options: CommandOptions = {}): Promise<Finished> {
    return this.#remember(await runKeywardOnPty(args, steps, this.#with(options)));
  }

  /** Writes a file into the working directory and returns its path. */
  write(name: string, text: string): string {
    const path = join(this.work, name);
    writeFileSync(path, text);
    return path;
  }

  /** Neither printed by any command nor in any file, the store included: it is encrypted. */
  assertNoSecret(canaries: readonly string[]): void {
    assertNoSecret({ canaries, texts: this.outputs, directories: [this.root] });
  }

  /** Pids of live daemons of this home, as the system sees them. */
  daemonPids(): number[] {
    return pidsOf(this.path).filter((pid) => commandLine(pid).some((word) => /[\\/]daemon[\\/]main\.js$/.test(word)));
  }

  /** Of the one that lives; a test that signals it must not take nobody for process group 0, which is the test's own. */
  daemonPid(): number {
    const [pid, ...others] = this.daemonPids();
    if (pid === undefined || others.length > 0) throw new Error(`not one daemon lives, but ${pid === undefined ? 0 : others.length + 1}`);
    return pid;
  }

  async remove(): Promise<void> {
    if (this.daemonPids().length > 0) await this.run(["daemon", "stop"]).catch(() => {});
    for (const pid of pidsOf(this.path)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // it ended between the look and the signal
      }
    }
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  #with(options: CommandOptions): CommandOptions {
    return { cwd: this.work, ...options, env: { ...this.env, ...options.env } };
  }

  #remember(done: Finished): Finished {
    this.outputs.push(done.stdout, done.stderr);
    return done;
  }
}

/** Processes started with this home in their environment: the daemon, commands and their children. */
function pidsOf(home: string): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => readProc(pid, "environ").includes(`KEYWARD_HOME=${home}`));
}

function commandLine(pid: number): string[] {
  return readProc(pid, "cmdline");
}

function readProc(pid: number, name: "environ" | "cmdline"): string[] {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8").split("\0");
  } catch {
    return [];
  }
}
