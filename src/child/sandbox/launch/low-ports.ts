// Lets the programs of a sandbox listen on ports below 1024 of the sandbox's own network, so that names can be answered on port 53.
// In: a process in the sandbox's first user namespace, which owns that network. Out: whether it could be had; nothing else depends on it.
// nsenter(1) and sh write one number of that network; the machine's own network keeps its number, and nothing of the program's runs here.
import { execFile } from "node:child_process";

/** The number of the network of whoever opens the file (Linux 4.11). */
const WRITE_FIRST_PORT = "echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start";
const LIMIT_MS = 5_000;

export function openLowPorts(pid: number): Promise<boolean> {
  const args = ["-t", String(pid), "-U", "-n", "--preserve-credentials", "/bin/sh", "-c", WRITE_FIRST_PORT];
  const options = { env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" }, cwd: "/", timeout: LIMIT_MS };
  return new Promise((resolve) => execFile("nsenter", args, options, (error) => resolve(error === null)));
}
