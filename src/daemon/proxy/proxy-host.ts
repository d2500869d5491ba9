// The proxy's listener as the daemon holds it: started with the first run, on the port of before when runs of before live.
// In: the ports for the proxy. Out: its port. The port is written into the store of every profile that has runs, so that a
// daemon killed under a child finds it again.
import { KeywardError } from "../../core/errors.ts";
import type { ProxyPorts } from "../../proxy/ports.ts";
import { warmFinders } from "../../proxy/scrub/find/warm-finders.ts";
import { type Proxy, startProxy } from "../../proxy/start-proxy.ts";

/** Behind what a starting run still asks of the daemon. */
const WARM_UP_MS = 150;

export class ProxyHost {
  readonly #ports: ProxyPorts;
  #proxy: Proxy | null = null;
  #starting: Promise<Proxy> | null = null;
  #isWarm = false;

  constructor(ports: ProxyPorts) {
    this.#ports = ports;
  }

  /** null until the first run. */
  get port(): number | null {
    return this.#proxy?.port ?? null;
  }

  /** @param port 0 = any. @throws PORT_TAKEN when it listens elsewhere already or something else has the port */
  async listen(port: number): Promise<number> {
    this.#starting ??= startProxy(this.#ports, { port });
    try {
      this.#proxy = await this.#starting;
    } catch (error) {
      this.#starting = null;
      throw error;
    }
    if (port !== 0 && this.#proxy.port !== port) {
      throw new KeywardError(
        "PORT_TAKEN",
        `the runs' proxy port ${port} cannot be had: the proxy listens on ${this.#proxy.port} for other runs`,
        {
          hint: "start the command again",
        },
      );
    }
    this.#warmUp();
    return this.#proxy.port;
  }

  /** Once, a moment after the first run was given its port: by then its program is starting and asks for nothing yet. */
  #warmUp(): void {
    if (this.#isWarm) return;
    this.#isWarm = true;
    setTimeout(warmFinders, WARM_UP_MS).unref();
  }

  /** Cuts the open connections of a run. */
  endRun(runId: string): void {
    this.#proxy?.endRun(runId);
  }

  async close(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    await this.#proxy?.close();
  }
}
