// Used by bench.mjs and compare.mjs, not run by itself: processes of the benchmark's own that take one order at a time over their channel.
// In: a file of this directory. Out: the process; answers to orders.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export function startWorker(file, options = {}) {
  return fork(fileURLToPath(new URL(file, import.meta.url)), { stdio: ["ignore", "ignore", "inherit", "ipc"], ...options });
}

export function nextMessage(worker) {
  return new Promise((resolve, reject) => {
    const onExit = (status) => reject(new Error(`a worker ended with ${status}`));
    worker.once("exit", onExit);
    worker.once("message", (message) => {
      worker.off("exit", onExit);
      resolve(message);
    });
  });
}

export async function askWorker(worker, job) {
  worker.send(job);
  const { result, error } = await nextMessage(worker);
  if (error !== undefined) throw new Error(error);
  return result;
}

/** The middle one; null of none. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[Math.floor(sorted.length / 2)];
}
