// Used by tests and the load generator, not run by itself: a port for a server that must be told its port before it listens, or that comes
// back on it. Below those that the system gives to whoever does not care (Linux: from 32768 on), so that nobody gets it in between.
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

const [LOWEST, HIGHEST] = [20_000, 32_000];

/** @returns {Promise<number>} */
export async function quietPort() {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    const server = createServer();
    const isFree = await new Promise((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
