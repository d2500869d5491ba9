// The echoes that are open: each belongs to one control connection and ends with it, directory and all.
// In: the authority of the profile when it is open. Out: an id, runs, and at the end what was seen.
// A directory that a killed daemon left is removed before the next echo.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { createAuthority } from "../../../certs/authority.ts";
import type { EchoSeen } from "../../../control/findings.ts";
import type { EchoOpened } from "../../../control/protocol.ts";
import type { Clock } from "../../../core/clock.ts";
import { KeywardError, systemCode } from "../../../core/errors.ts";
import { newId } from "../../../core/ids.ts";
import type { StoredAuthority } from "../../../store/profile-store.ts";
import { Echo } from "./echo.ts";
import { ECHO_HOST } from "./echo-provider.ts";

export interface EchoesOptions {
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly ownPorts: () => readonly number[];
}

export interface HeldEcho {
  readonly id: string;
  readonly echo: Echo;
  readonly directory: string;
}

const PREFIX = "doctor-";
const MAX_OPEN = 8;

export class Echoes {
  readonly #options: EchoesOptions;
  readonly #open = new Map<string, HeldEcho>();
  #opening = 0;

  constructor(options: EchoesOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#open.size + this.#opening;
  }

  /** @param authority null: one is made that ends with the echo. @throws HOME_UNUSABLE, PORT_TAKEN */
  async open(authority: StoredAuthority | null, clients: readonly string[]): Promise<HeldEcho> {
    if (this.count >= MAX_OPEN) throw new KeywardError("USAGE", `${MAX_OPEN} diagnoses are under way already`);
    const { clock, ownPorts } = this.#options;
    const directory = this.#makeDirectory();
    this.#opening++;
    try {
      const echo = await Echo.open({ authority: authority ?? createAuthority(clock.nowMs()), clock, directory, clients, ownPorts });
      const held = { id: newId("log"), echo, directory };
      this.#open.set(held.id, held);
      return held;
    } catch (error) {
      rmSync(directory, { recursive: true, force: true });
      throw error;
    } finally {
      this.#opening--;
    }
  }

  describe({ id, echo, directory }: HeldEcho): EchoOpened {
    return { echoId: id, host: ECHO_HOST, directory, runs: echo.runs.map(({ client, started }) => ({ client, started })) };
  }

  /** What was seen; the echo is gone afterwards. @throws USAGE for an echo that has ended */
  async finish(id: string): Promise<EchoSeen[]> {
    const held = this.#open.get(id);
    if (held === undefined) throw new KeywardError("USAGE", "no diagnosis of this id is under way", { hint: "keyward doctor --clients" });
    try {
      return held.echo.seen();
    } finally {
      await this.close(id);
    }
  }

  /** Twice does no harm. */
  async close(id: string): Promise<void> {
    const held = this.#open.get(id);
    if (held === undefined) return;
    this.#open.delete(id);
    try {
      await held.echo.close();
    } finally {
      rmSync(held.directory, { recursive: true, force: true });
    }
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.close(id)));
  }

  #makeDirectory(): string {
    const { stateDirectory } = this.#options;
    try {
      if (this.count === 0) this.#sweep();
      return mkdtempSync(join(stateDirectory, PREFIX));
    } catch (error) {
      throw new KeywardError("HOME_UNUSABLE", `cannot write ${stateDirectory} (${systemCode(error) ?? "unknown reason"})`, {
        cause: error,
      });
    }
  }

  #sweep(): void {
    for (const name of readdirSync(this.#options.stateDirectory)) {
      if (basename(name).startsWith(PREFIX)) rmSync(join(this.#options.stateDirectory, name), { recursive: true, force: true });
    }
  }
}
