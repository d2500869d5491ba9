// What a hub lends to single runs: `run` with KEYWARD_TOKEN, in CI or wherever nobody is logged in. The token is asked about once at the start;
// from then on a long poll keeps what it lends near the hub. In: a hub's address and a token. Out: connections for a run, in memory alone.
// A token that the hub refuses takes back what was lent at once: the requests of its runs are then refused.
import type { HubAccess } from "../../control/api/run.ts";
import type { Clock } from "../../core/clock.ts";
import { KeywardError } from "../../core/errors.ts";
import { createHubClient } from "../../hub/client/hub-client.ts";
import { checkHubUrl } from "../../hub/hub-options.ts";
import type { Definitions } from "../definitions/definitions.ts";
import { bindShared } from "../gateway/token-bindings.ts";
import { type TokenRun, TokenRuns } from "../gateway/token-runs.ts";
import type { DaemonLog } from "../log.ts";
import type { GivenToRun, UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { takeDefinitions } from "./shared/take-definitions.ts";

export interface HubLoansParts {
  readonly clock: Clock;
  readonly steadyMs: () => number;
  readonly definitions: Definitions;
  readonly roots: () => string | readonly string[] | undefined;
  readonly log: DaemonLog;
}

/** One token at one hub, for as long as a run has something of it. */
interface Loan {
  readonly tokens: TokenRuns;
  readonly token: string;
  /** Under which its definitions are known. */
  readonly key: string;
  readonly runs: Map<string, Borrower>;
  /** Until nobody has asked for it for a while. */
  unused?: NodeJS.Timeout;
}

interface Borrower {
  readonly profile: UnlockedProfile;
  /** What the run has beside it. */
  readonly own: readonly GivenToRun[];
}

const UNUSED_MS = 30_000;

export class HubLoans {
  readonly #parts: HubLoansParts;
  readonly #loans = new Map<string, Loan>();
  #lent = 0;

  constructor(parts: HubLoansParts) {
    this.#parts = parts;
  }

  /** Asks the hub. @throws HUB_LOGIN_REQUIRED, HUB_FORBIDDEN, HUB_INSECURE, HUB_UNREACHABLE */
  async lend(access: HubAccess): Promise<readonly GivenToRun[]> {
    const loan = this.#loanOf(access);
    clearTimeout(loan.unused);
    try {
      if (await loan.tokens.admit(loan.token)) return this.#given(loan);
      throw loan.tokens.refusalOf(loan.token) ?? refused();
    } finally {
      // Whoever only asks, or fails before the run begins, leaves nothing behind that would go on asking.
      clearTimeout(loan.unused);
      loan.unused = setTimeout(() => loan.runs.size === 0 && this.#drop(loan), UNUSED_MS).unref();
    }
  }

  /** The run has it from now on, and what the hub changes reaches it. Call `end` for every run. */
  tie(runId: string, access: HubAccess, borrower: Borrower): void {
    const loan = this.#loanOf(access);
    loan.runs.set(runId, borrower);
    this.#hand(loan, runId, borrower);
  }

  has(runId: string): boolean {
    return [...this.#loans.values()].some(({ runs }) => runs.has(runId));
  }

  end(runId: string): void {
    for (const loan of this.#loans.values()) if (loan.runs.delete(runId) && loan.runs.size === 0) this.#drop(loan);
  }

  /** On the path of a request: looks at memory only. @throws HUB_STALE for what was lent and the policy no longer allows */
  requireFresh(connectionId: string): void {
    for (const { tokens } of this.#loans.values()) if (tokens.knows(connectionId)) tokens.requireFresh(connectionId);
  }

  close(): void {
    for (const loan of this.#loans.values()) this.#drop(loan);
  }

  #loanOf(access: HubAccess): Loan {
    const url = checkHubUrl(access.url);
    const key = `${url} ${access.workspace ?? ""} ${access.token}`;
    const before = this.#loans.get(key);
    if (before !== undefined) return before;
    const tokens = new TokenRuns({
      client: createHubClient({ urls: [url], roots: this.#parts.roots() }),
      clock: this.#parts.clock,
      steadyMs: this.#parts.steadyMs,
      kinds: ["pat", "run"],
      idleMs: Number.POSITIVE_INFINITY,
      ...(access.workspace === null ? {} : { workspace: access.workspace }),
      onChange: () => this.#changed(key),
      onEnd: () => this.#ended(key),
      log: (event, detail) => this.#parts.log.debug(event, detail),
    });
    const loan: Loan = { tokens, token: access.token, key: `loan ${(this.#lent += 1)}`, runs: new Map() };
    this.#loans.set(key, loan);
    return loan;
  }

  #given({ tokens, token, key }: Loan): readonly GivenToRun[] {
    const run: TokenRun | null = tokens.find(token);
    if (run === null) return [];
    this.#parts.definitions.share(key, takeDefinitions(run.definitions));
    const catalogue = this.#parts.definitions.current();
    return bindShared(run.connections, (id) => catalogue.get(id)).map(({ binding: { connection }, credential }) => ({
      connection,
      credential,
    }));
  }

  #hand(loan: Loan, runId: string, { profile, own }: Borrower): void {
    const lent = this.#given(loan).filter(({ connection }) => !profile.isStored(connection));
    profile.give(runId, [...own, ...lent]);
  }

  #changed(key: string): void {
    const loan = this.#loans.get(key);
    if (loan !== undefined) for (const [runId, borrower] of loan.runs) this.#hand(loan, runId, borrower);
  }

  #ended(key: string): void {
    const loan = this.#loans.get(key);
    if (loan === undefined) return;
    for (const [runId, { profile, own }] of loan.runs) {
      profile.takeBack(runId);
      profile.give(runId, own);
    }
    if (loan.runs.size > 0) this.#parts.log.warn("the hub refused a run's token", { runs: [...loan.runs.keys()].join(" ") });
  }

  #drop(loan: Loan): void {
    for (const [key, each] of this.#loans) if (each === loan) this.#loans.delete(key);
    clearTimeout(loan.unused);
    this.#parts.definitions.share(loan.key, []);
    loan.tokens.close();
  }
}

function refused(): KeywardError {
  return new KeywardError("HUB_LOGIN_REQUIRED", "KEYWARD_TOKEN is no token that a hub lends connections to", {
    hint: "make one: keyward token create --scope sync:pull",
  });
}
