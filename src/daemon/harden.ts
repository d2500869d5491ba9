// Closes the ways by which another process of the user could look into the daemon's memory: inspector, reports, core dumps, ptrace
// and /proc. In: nothing. Out: what could be done, for the log and doctor. Done before a key is in memory; it can only take away.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { url as inspectorUrl } from "node:inspector";
import type { IKoffiLib } from "koffi";
import { KeywardError } from "../core/errors.ts";

export interface Hardening {
  /** No process of the same user may read memory, environment or descriptors, or attach a debugger. */
  readonly isUnreadable: boolean;
  /** A crash leaves no image of the memory. */
  readonly hasNoCoreDump: boolean;
}

/** linux/prctl.h, sys/ptrace.h of macOS, sys/resource.h of both. */
const PR_SET_DUMPABLE = 4;
const PR_GET_DUMPABLE = 3;
const PT_DENY_ATTACH = 31;
const RLIMIT_CORE = 4;

/** @throws HOME_UNSAFE when an inspector was opened before the first statement ran */
export async function harden(): Promise<Hardening> {
  refuseInspector();
  forbidReports();
  const library = await loadLibc();
  const hasNoCoreDump = (library?.limitCore() ?? false) || limitCoreByCommand();
  return { isUnreadable: library?.hide() ?? false, hasNoCoreDump };
}

function refuseInspector(): void {
  if (inspectorUrl() === undefined) return;
  throw new KeywardError("HOME_UNSAFE", "an inspector was opened on the daemon while it started; it ends without having read a key", {
    hint: "find out which process sends SIGUSR1 to others",
  });
}

/** They hold the environment and a stack; heap snapshots are an option the daemon refuses (daemon-options.ts). */
function forbidReports(): void {
  const { report } = process;
  if (report === undefined) return;
  report.reportOnSignal = false;
  report.reportOnFatalError = false;
  report.reportOnUncaughtException = false;
}

interface Libc {
  hide(): boolean;
  limitCore(): boolean;
}

/** Through koffi, an optional dependency; null without it or on a system it does not know. */
async function loadLibc(): Promise<Libc | null> {
  const name = { linux: linuxLibrary(), darwin: "libSystem.B.dylib" }[process.platform as string];
  if (name === undefined) return null;
  try {
    const { default: koffi } = await import("koffi");
    const libc = koffi.load(name);
    const setLimit = libc.func("setrlimit", "int", ["int", "void *"]) as (resource: number, limit: Buffer) => number;
    return {
      // struct rlimit: two 64-bit numbers, both zero.
      limitCore: () => setLimit(RLIMIT_CORE, Buffer.alloc(16)) === 0,
      hide: () => (process.platform === "linux" ? hideOnLinux(libc) : denyAttach(libc)),
    };
  } catch {
    return null;
  }
}

function hideOnLinux(libc: IKoffiLib): boolean {
  const control = libc.func("prctl", "int", ["int", "ulong", "ulong", "ulong", "ulong"]) as (option: number, ...rest: number[]) => number;
  control(PR_SET_DUMPABLE, 0, 0, 0, 0);
  return control(PR_GET_DUMPABLE, 0, 0, 0, 0) === 0;
}

function denyAttach(libc: IKoffiLib): boolean {
  const trace = libc.func("ptrace", "int", ["int", "int", "void *", "int"]) as (...args: readonly [number, number, null, number]) => number;
  return trace(PT_DENY_ATTACH, 0, null, 0) === 0;
}

function linuxLibrary(): string {
  const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
  return existsSync(`/lib/ld-musl-${machine}.so.1`) ? `libc.musl-${machine}.so.1` : "libc.so.6";
}

/** util-linux; a process may lower its own limits. */
function limitCoreByCommand(): boolean {
  const path = ["/usr/bin/prlimit", "/bin/prlimit"].find((candidate) => existsSync(candidate));
  if (path === undefined) return false;
  return spawnSync(path, ["--pid", String(process.pid), "--core=0:0"], { stdio: "ignore", timeout: 2_000 }).status === 0;
}
