import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openLowPorts } from "../../../../../src/child/sandbox/launch/low-ports.ts";

const FIRST_PORT = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

it.runIf(process.platform === "linux")("opens the low ports of that process's network and of no other", async () => {
  const before = readFileSync(FIRST_PORT, "utf8");
  const child = spawn("unshare", ["--user", "--map-root-user", "--net", "sh", "-c", `echo there; read line; cat ${FIRST_PORT}`]);
  let text = "";
  child.stdout.on("data", (part: Buffer) => (text += part.toString()));
  await once(child.stdout, "data");
  expect(await openLowPorts(child.pid ?? 0)).toBe(true);
  child.stdin.end("on\n");
  await once(child, "close");
  expect(text).toBe("there\n0\n");
  expect(readFileSync(FIRST_PORT, "utf8")).toBe(before);
});

it("says when it cannot", async () => {
  expect(await openLowPorts(2 ** 30)).toBe(false);
});
