// Takes over the runs that an earlier daemon left: their records, their port, and those that wait for a passphrase.
// In: profiles as they are opened. Out: the same runs on the same port, or the reason why they are lost. It never moves a run
// to another port: its child would not know.
import { join } from "node:path";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import type { DaemonParts } from "../parts.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { readRunsMarker, type RunsMarker, writeRunsMarker } from "./runs-marker.ts";

export type RestoredRunsParts = Pick<DaemonParts, "paths" | "log" | "profiles" | "runs" | "proxy" | "sourcesOf">;

export class RestoredRuns {
  readonly #parts: () => RestoredRunsParts;
  /** Locked profiles whose runs wait. */
  readonly #waiting = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  /** Run id → why it could not be taken over. */
  readonly #lost = new Map<string, KeywardError>();
  #marked = "";

  /** @param parts asked late: profiles are opened while the graph is wired */
  constructor(parts: () => RestoredRunsParts) {
    this.#parts = parts;
  }

  /** At the start: opens what can be opened and has runs, and listens on their port. */
  takeOver(): Promise<void> {
    return this.#follow(this.#takeOver());
  }

  /** A profile was opened: its runs live on if their owners do. */
  load(profile: UnlockedProfile): Promise<void> {
    return this.#follow(this.#load(profile));
  }

  /** When whatever is being taken over now is. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  #follow(work: Promise<void>): Promise<void> {
    this.#underWay.add(work);
    const done = (): void => void this.#underWay.delete(work);
    work.then(done, done);
    return work;
  }

  async #takeOver(): Promise<void> {
    const marker = readRunsMarker(this.#path);
    if (marker === null) return;
    for (const name of marker.profiles) await this.#open(name);
    if (this.#waiting.size > 0) await this.#listenForWaiting(marker);
    this.mark();
  }

  async #load(profile: UnlockedProfile): Promise<void> {
    const { runs, proxy, sourcesOf, log } = this.#parts();
    this.#waiting.delete(profile.name);
    const records = profile.store.runs.list();
    for (const { bound } of records) for (const one of bound) profile.rememberPlaceholders(one, one.placeholders);
    const live = runs.load({ name: profile.name, runs: profile.store.runs, sources: () => sourcesOf(profile) });
    if (live === 0) return;
    try {
      await proxy.listen(Number(profile.store.readFact("proxyPort") ?? 0));
      log.info("runs taken over", { profile: profile.name, runs: live, port: proxy.port });
    } catch (error) {
      const known = toKeywardError(error);
      log.error("runs lost", { profile: profile.name, runs: live, code: known.code });
      for (const { id } of records) this.#lost.set(id, known);
      runs.endAll(profile.name, "port taken");
    }
    this.mark();
  }

  /** Why a run that is not live cannot be attached to. */
  explainMissing(runId: string): KeywardError {
    const lost = this.#lost.get(runId);
    if (lost !== undefined) return lost;
    const [locked] = this.#waiting;
    if (locked !== undefined) {
      return new KeywardError("PROFILE_LOCKED", `the run waits for profile '${locked}' to be unlocked`, {
        hint: `keyward profile unlock ${locked}`,
      });
    }
    return new KeywardError("RUN_UNKNOWN", "no live run has this id", { hint: "keyward runs list" });
  }

  /** Writes down which profiles have runs, for the daemon after this one. */
  mark(): void {
    const { runs, proxy, log } = this.#parts();
    const marker = { proxyPort: proxy.port ?? 0, profiles: [...new Set([...runs.profiles(), ...this.#waiting])].sort() };
    const text = JSON.stringify(marker);
    if (text === this.#marked) return;
    try {
      writeRunsMarker(this.#path, marker);
      this.#marked = text;
    } catch (error) {
      log.warn("runs marker not written", { code: toKeywardError(error).code });
    }
  }

  async #open(name: string): Promise<void> {
    const { profiles, log } = this.#parts();
    try {
      await profiles.find(name);
    } catch (error) {
      const { code } = toKeywardError(error);
      if (code === "PROFILE_LOCKED") this.#waiting.add(name);
      else log.error("profile with runs cannot be opened", { profile: name, code });
    }
  }

  /** Their children get a refusal instead of nobody, and find everything in place after the unlock. */
  async #listenForWaiting({ proxyPort }: RunsMarker): Promise<void> {
    const { proxy, log } = this.#parts();
    try {
      await proxy.listen(proxyPort);
    } catch (error) {
      log.error("port of waiting runs not available", { port: proxyPort, code: toKeywardError(error).code });
    }
  }

  get #path(): string {
    return join(this.#parts().paths.state, "runs.json");
  }
}
