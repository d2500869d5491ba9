import { describe, expect, it } from "vitest";
import { proxyAnswer, refusal, useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();
const following = { profile: null, run: null, provider: null, denied: false, limit: 10 };

describe("the audit and the CA", () => {
  it("tell what happened, verified, and show no private key", async () => {
    await daemon.store();
    const { runId } = await daemon.startRun();
    await daemon.client.call("run.end", { runId });
    await daemon.client.call("connection.remove", { profile: null, provider: "openai", connection: null, everything: false });
    const query = { profile: null, run: null, provider: null, sinceMs: null, denied: false, limit: 10 };
    const { entries } = await daemon.client.call("audit.list", query);
    expect(entries.map((entry) => entry.kind)).toEqual(["login", "run", "run", "logout"]);
    expect(await daemon.client.call("audit.verify", { profile: null })).toMatchObject({
      records: 4,
      firstBadSeq: null,
      firstBadFile: null,
    });
    const shown = await daemon.client.call("ca.show", { profile: null });
    expect(shown.pem).toContain("BEGIN CERTIFICATE");
    expect(JSON.stringify(shown)).not.toContain("PRIVATE");
    expect(shown.expiresAtMs).toBeGreaterThan(Date.now());
  });

  it("tell of one request by the id that its refusal carried, and of what came after a record", async () => {
    await daemon.store();
    const started = await daemon.startRun();
    const { lastSeq } = await daemon.client.call("audit.tail", { ...following, afterSeq: null });
    const answer = await proxyAnswer(started.proxyPort, started.runId, started.token);
    const request = /"request_id":"(req_\w+)"/.exec(answer)?.[1] ?? "";
    const { entry, releasedAtMs } = await daemon.client.call("audit.show", { profile: null, request });
    expect(entry).toMatchObject({ requestId: request, kind: "denied", code: "TARGET_FORBIDDEN", runId: started.runId });
    expect(releasedAtMs).toBeNull();
    const { entries } = await daemon.client.call("audit.tail", { ...following, afterSeq: lastSeq });
    expect(entries.map(({ requestId }) => requestId)).toEqual([request]);
    const { lines, nextByte } = await daemon.client.call("audit.read", { profile: null, fromByte: 0, selection: null });
    expect(nextByte).toBeNull();
    expect(lines).toHaveLength((await daemon.client.call("audit.verify", { profile: null })).records);
    for (const unknown of ["req_0000000000000000", "nonsense", ""]) {
      expect(await refusal(daemon.client.call("audit.show", { profile: null, request: unknown }))).toMatchObject({
        code: "REQUEST_UNKNOWN",
      });
    }
  });
});
