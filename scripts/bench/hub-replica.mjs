// Part of bench/hub.mjs: one replica as a process of its own, its address read from descriptor 3.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../dist/hub/main.js", import.meta.url));

export async function startReplica({ dataDir, url }) {
  const flags = { dataDir, host: "127.0.0.1", port: 0 };
  const child = spawn(process.execPath, [PROGRAM, "serve", JSON.stringify(flags)], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
    env: { PATH: process.env.PATH, KEYWARD_HUB_DATABASE: url, KEYWARD_HUB_KEY_FILE: join(dataDir, "root.key") },
  });
  const exited = once(child, "exit");
  let text = "";
  for await (const chunk of child.stdio[3]) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  const { result } = JSON.parse(text.split("\n", 1)[0] || "{}");
  if (result === undefined) throw new Error("a replica did not start");
  return {
    url: result.url,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await exited;
      }
    },
  };
}
