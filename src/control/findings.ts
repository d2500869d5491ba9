// What the daemon finds out when it is asked to explain or to diagnose, as types: a part of protocol.ts.

/** One line of `doctor`. */
export interface Check {
  readonly name: string;
  readonly state: "ok" | "warn" | "fail";
  readonly found: string;
  /** The next command to type, or the one thing to change; null when there is nothing to do. */
  readonly fix: string | null;
}

/** What proxy and echo saw of one client. */
export interface EchoSeen {
  readonly client: string;
  /** It came to the proxy with its run's token. */
  readonly routed: boolean;
  /** It accepted keyward's certificate and sent a request. */
  readonly trusted: boolean;
  /** The credential reached the echo, and the placeholder did not. */
  readonly injected: boolean;
  /** Code of a refusal or reason of a broken handshake. */
  readonly why: string | null;
}

/** A place of a definition in words: `header Authorization: Bearer {key}`. */
export interface ExplainedChoice {
  readonly provider: string;
  readonly connection: string;
  readonly places: readonly string[];
  /** Where a placeholder that the client sends is replaced as well. */
  readonly elsewhere: readonly string[];
  /** The rules of the run that permit the request; empty when it has none for this provider. */
  readonly rules: readonly string[];
}

/** What would become of a request. */
export interface RequestExplained {
  readonly method: string;
  readonly scheme: "https" | "http";
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** injected: the credential goes out with it · passed: intercepted, sent as it is · tunnelled: bytes untouched · refused */
  readonly outcome: "injected" | "passed" | "tunnelled" | "refused";
  readonly why: string;
  readonly code: string | null;
  readonly hint: string | null;
  /** Of a request that passes: whose placeholder it would have to show. */
  readonly choice: ExplainedChoice | null;
  /** The provider whose new login would be taken from the answer and kept; null = the answer goes back as it is. */
  readonly captured: string | null;
  /** Every other connection, and every provider of this host without one, with why it is not used. */
  readonly others: readonly { readonly provider: string; readonly connection: string | null; readonly why: string }[];
}
