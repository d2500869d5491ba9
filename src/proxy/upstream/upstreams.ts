// Everything the proxy holds open towards upstreams, in one place: HTTP/1.1 connections and HTTP/2 sessions.
import { RawPool } from "../strict/raw-pool.ts";
import type { DiallerOf } from "./dial.ts";
import { Http2Sessions } from "./http2-sessions.ts";
import { OriginPool } from "./origin-pool.ts";

export class Upstreams {
  readonly pool: OriginPool;
  readonly sessions: Http2Sessions;
  /** Connections of the strict lane. */
  readonly raw: RawPool;

  /** Asked at every dial, so that a changed setting counts at once. */
  readonly dialler: DiallerOf;

  constructor(dialler: DiallerOf) {
    this.dialler = dialler;
    this.pool = new OriginPool(dialler);
    this.sessions = new Http2Sessions(dialler);
    this.raw = new RawPool(dialler);
  }

  /** Closes what a run left behind. */
  endRun(runId: string): void {
    this.pool.endOwner(`${runId} `);
    this.sessions.endOwner(`${runId} `);
    this.raw.endOwner(`${runId} `);
  }

  close(): void {
    this.pool.close();
    this.sessions.close();
    this.raw.close();
  }
}
