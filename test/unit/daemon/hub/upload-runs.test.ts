import { mkdirSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { resolvePaths } from "../../../../src/config/paths.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { RunQueue } from "../../../../src/daemon/hub/run-queue.ts";
import { type Upload, uploadRuns } from "../../../../src/daemon/hub/upload-runs.ts";
import { tempDirectory } from "../../store/temp-profile.ts";

const fields = { ended_at: 1, reason: "ended", command: "node", level: "L0", requests: 1, denied: 0, connections: [] };
const taken = { status: 202, headers: {}, body: { rejected: [] } };

function scene(call: Upload["call"]) {
  const paths = resolvePaths({ KEYWARD_HOME: tempDirectory() });
  mkdirSync(paths.state, { mode: 0o700 });
  const queue = new RunQueue(paths, "work");
  for (const [at, run_id] of ["run_a", "run_b"].entries()) queue.add({ run_id, started_at: at, ...fields });
  const upload = (change: Partial<Upload> = {}) =>
    uploadRuns({ queue, clock: { nowMs: () => 7 }, call, runId: null, force: false, cleanup: false, content: "summary", ...change });
  return { queue, upload };
}

describe("uploading runs", () => {
  it("sends the oldest first, each under its own key, and tells each once", async () => {
    const call = vi.fn<Upload["call"]>().mockResolvedValue(taken);
    const { upload, queue } = scene(call);
    expect((await upload()).map(({ runId, status }) => [runId, status])).toEqual([
      ["run_a", "synced"],
      ["run_b", "synced"],
    ]);
    expect(call.mock.calls.map(([request]) => request.headers?.["idempotency-key"])).toEqual(["run_a", "run_b"]);
    expect(await upload()).toEqual([]);
    expect(queue.list()).toHaveLength(2);
  });

  it("reads the queue twice however many runs wait, and keeps five hundred of those that were told", async () => {
    const { upload, queue } = scene(vi.fn<Upload["call"]>().mockResolvedValue(taken));
    for (let at = 0; at < 500; at += 1) queue.add({ run_id: `run_${at}`, started_at: 10 + at, ...fields });
    const list = vi.spyOn(queue, "list");
    expect(await upload()).toHaveLength(502);
    expect(list).toHaveBeenCalledTimes(2);
    const kept = queue.list().map(({ summary }) => summary.run_id);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([500, "run_0", "run_499"]);
  });

  it("sends no more of a run than may be told", async () => {
    const call = vi.fn<Upload["call"]>().mockResolvedValue(taken);
    await scene(call).upload({ runId: "run_a", content: "redacted" });
    expect(call.mock.calls[0]?.[0].body).toMatchObject({ runs: [{ run_id: "run_a", command: "", connections: [], requests: 1 }] });
  });

  it("removes the file of what was told when asked to, and only then", async () => {
    const call = vi.fn<Upload["call"]>().mockResolvedValueOnce(taken).mockRejectedValue(new KeywardError("HUB_FORBIDDEN", "no"));
    const { upload, queue } = scene(call);
    await upload({ cleanup: true });
    expect(queue.list().map((run) => [run.summary.run_id, run.attempts])).toEqual([["run_b", 1]]);
  });

  it("leaves one that failed three times alone until it is forced or named", async () => {
    const call = vi.fn<Upload["call"]>().mockRejectedValue(new KeywardError("HUB_INVALID", "no"));
    const { upload } = scene(call);
    for (let round = 0; round < 3; round += 1) await upload();
    expect((await upload()).map((each) => each.status)).toEqual(["skipped", "skipped"]);
    expect((await upload({ force: true })).map((each) => each.status)).toEqual(["failed", "failed"]);
    expect(await upload({ runId: "run_a" })).toEqual([{ runId: "run_a", status: "failed", code: "HUB_INVALID" }]);
  });

  it("asks a busy hub again, and stops at once when the login is over", async () => {
    const busy = new KeywardError("HUB_BUSY", "wait");
    const call = vi.fn<Upload["call"]>().mockRejectedValueOnce(busy).mockResolvedValueOnce(taken);
    call.mockRejectedValue(new KeywardError("HUB_LOGIN_REQUIRED", "over"));
    const { upload, queue } = scene(call);
    await expect(upload()).rejects.toMatchObject({ code: "HUB_LOGIN_REQUIRED" });
    expect(queue.list().map((run) => [run.uploadedAtMs, run.attempts])).toEqual([
      [7, 0],
      [null, 0],
    ]);
  });

  it("knows no run that is not there", async () => {
    const { upload } = scene(vi.fn<Upload["call"]>());
    await expect(upload({ runId: "run_z" })).rejects.toMatchObject({ code: "RUN_UNKNOWN" });
  });
});
