// Used by compare.mjs, not run by itself: the load generator as the comparison sees it. It asks one job at a time and never waits for ever:
// a generator whose job failed or hung is replaced, for it may hold broken connections.
// In: a job, a peer. Out: the job's result.
import { treeOf } from "./processes.mjs";
import { askWorker, startWorker } from "./workers.mjs";

const LIMIT_MS = 60_000;

export class LoadGenerator {
  #upstreamPid;
  #worker = startWorker("load.mjs");
  isClosed = false;

  constructor(upstreamPid) {
    this.#upstreamPid = upstreamPid;
  }

  async ask(job, peer, options = {}) {
    if (this.isClosed) throw new Error("interrupted");
    const worker = this.#worker;
    const watch = { proxy: peer.roots.flatMap(treeOf), load: [worker.pid], upstream: [this.#upstreamPid] };
    let timer;
    const limit = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${job}: no result within ${LIMIT_MS / 1000} s`)), LIMIT_MS);
    });
    try {
      return await Promise.race([askWorker(worker, { job, target: peer.target, options: { ...options, watch } }), limit]);
    } catch (error) {
      worker.kill("SIGKILL");
      if (!this.isClosed) this.#worker = startWorker("load.mjs");
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  close() {
    this.isClosed = true;
    if (this.#worker.connected) this.#worker.disconnect();
  }
}
