import { describe, expect, it } from "vitest";
import { useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();

describe("the audit and the CA", () => {
  it("tell what happened, verified, and show no private key", async () => {
    await daemon.store();
    const { runId } = await daemon.startRun();
    await daemon.client.call("run.end", { runId });
    await daemon.client.call("connection.remove", { profile: null, provider: "openai", connection: null, everything: false });
    const query = { profile: null, run: null, provider: null, sinceMs: null, denied: false, limit: 10 };
    const { entries } = await daemon.client.call("audit.list", query);
    expect(entries.map((entry) => entry.kind)).toEqual(["login", "run", "run", "logout"]);
    expect(await daemon.client.call("audit.verify", { profile: null })).toEqual({ records: 4, firstBadSeq: null });
    const shown = await daemon.client.call("ca.show", { profile: null });
    expect(shown.pem).toContain("BEGIN CERTIFICATE");
    expect(JSON.stringify(shown)).not.toContain("PRIVATE");
    expect(shown.expiresAtMs).toBeGreaterThan(Date.now());
  });
});
