// Renewals under way, one a connection: who comes while there is one waits for it. In: promises of new credentials. Out: flights, by the
// login's id. Waiting has an end for those whose old credential still holds: they are patient together, not one after the other.
import type { Credential } from "../../core/connection.ts";

/** How long the requests of a credential that holds wait for the next one. */
const PATIENCE_MS = 1_500;

export interface Flight {
  readonly profile: string;
  readonly landed: Promise<Credential>;
  /** Over when it has taken longer than a request should notice. */
  readonly patience: Promise<void>;
  /** The old credential is worth nothing, however long it would hold. */
  readonly isRefused: boolean;
}

export class Flights {
  readonly #flights = new Map<string, Flight>();

  get(id: string): Flight | undefined {
    return this.#flights.get(id);
  }

  all(): Flight[] {
    return [...this.#flights.values()];
  }

  board(id: string, renewal: Promise<Credential>, of: Pick<Flight, "profile" | "isRefused">): Flight {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
    const landed = renewal.finally(() => {
      clearTimeout(timer);
      this.#flights.delete(id);
    });
    // Everybody who waited may have gone on with the old one.
    landed.catch(() => undefined);
    const flight = { ...of, landed, patience };
    this.#flights.set(id, flight);
    return flight;
  }
}
