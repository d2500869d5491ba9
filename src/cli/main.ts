#!/usr/bin/env node
// The command `keyward`: ties the real streams, environment and daemon to run-cli.ts and ends with its status.
// In: process.argv. Out: an exit status. It opens no stream before a command needs it.
import type { ChildProcess } from "node:child_process";
import { daemonEnvironment, inheritedEnvironment, temporaryDaemonEnvironment } from "../config/environment.ts";
import type { Paths } from "../config/paths.ts";
import type { World } from "./context.ts";
import { DescriptorSink } from "./descriptor-sink.ts";
import { runCli } from "./run-cli.ts";

const world: World = {
  // A getter: opening standard input changes it for the child that shares it.
  get stdin() {
    return process.stdin;
  },
  stdout: new DescriptorSink(1),
  stderr: new DescriptorSink(2),
  environment: inheritedEnvironment(),
  cwd: currentDirectory(),
  nowMs: () => Date.now(),
  connect: async (paths: Paths, onTemporary?: (daemon: ChildProcess) => void) => {
    await stayOutside();
    const { ensureDaemon } = await import("../control/start-daemon.ts");
    if (onTemporary === undefined) return ensureDaemon(paths, { environment: daemonEnvironment() });
    return ensureDaemon(paths, { environment: temporaryDaemonEnvironment(), onTemporary });
  },
  find: async (paths: Paths) => {
    await stayOutside();
    const { connectControl } = await import("../control/client.ts");
    return connectControl(paths.controlSocket);
  },
};

process.exitCode = await runCli(process.argv.slice(2), world);

async function stayOutside(): Promise<void> {
  const { refuseInside } = await import("../child/sandbox/sandbox-environment.ts");
  refuseInside(inheritedEnvironment());
}

/** A directory that was removed under the shell is no reason to fail: only relative paths need it. */
function currentDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return "/";
  }
}
