// Everything the proxy holds open towards upstreams, in one place: HTTP/1.1 connections and HTTP/2 sessions.
import { RawPool } from "../strict/raw-pool.ts";
import type { DiallerOf } from "./dial.ts";
import { Http2Sessions } from "./http2/http2-sessions.ts";

export class Upstreams {
  readonly sessions: Http2Sessions;
  /** HTTP/1.1 connections. */
  readonly raw: RawPool;

  /** Asked at every dial, so that a changed setting counts at once. */
  readonly dialler: DiallerOf;

  constructor(dialler: DiallerOf) {
    this.dialler = dialler;
    this.sessions = new Http2Sessions(dialler);
    this.raw = new RawPool(dialler);
  }

  /** Closes what a run left behind. */
  endRun(runId: string): void {
    this.sessions.endOwner(`${runId} `);
    this.raw.endOwner(`${runId} `);
  }

  close(): void {
    this.sessions.close();
    this.raw.close();
  }
}
