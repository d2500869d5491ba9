// Runs a worker until it dies. In: a stage, a task, and how it dies. Out: the lines it said, and how it ended.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { KEY_FILE } from "./content.mjs";

const WORKER = fileURLToPath(new URL("worker.mjs", import.meta.url));

/** `kill`: after the first line that matches `mark`, so many milliseconds. Without it the environment has to end the worker. `within`: a program to run it by. */
export async function runWorker(task, stage, { kill = null, env = {}, within = [] }) {
  const [program, ...args] = [...within, process.execPath, WORKER, task, stage.directory, stage.key.toString("hex"), stage.name];
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, CRASH_KEY_FILE: KEY_FILE.path, ...env },
  });
  let said = "";
  let isTimed = kill === null;
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    said += chunk;
    if (isTimed || !kill.mark.test(said)) return;
    isTimed = true;
    setTimeout(() => child.kill("SIGKILL"), kill.afterMs);
  });
  const [status, signal] = await once(child, "close");
  // A line that was cut off is not an acknowledgement.
  return { said: said.split("\n").slice(0, -1), status, signal };
}
