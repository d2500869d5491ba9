import { describe, expect, it, vi } from "vitest";
import { uploadEndedRun, uploadRuns } from "../../../../src/cli/acts/upload-runs.ts";
import type { Context } from "../../../../src/cli/context.ts";
import { resolvePaths } from "../../../../src/config/paths.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { tempDirectory } from "../../store/temp-profile.ts";

function scene(answer: () => Promise<unknown>, environment: Record<string, string> = {}) {
  const call = vi.fn(answer);
  const out = { warn: vi.fn(), detail: vi.fn() };
  const paths = resolvePaths({ KEYWARD_HOME: tempDirectory() });
  // The connection of the run ended with the run: only one of its own is good for anything.
  const connect = () => Promise.resolve({ call, close: () => undefined });
  return { call, out, context: { call, connect, out, paths, profile: null, world: { environment } } as unknown as Context };
}
const told =
  (status: "synced" | "failed", code: string | null = null) =>
  async () => ({ results: [{ runId: "run_1", status, code }] });

describe("uploadRuns", () => {
  it("says how much may be told, by the variable before the default", async () => {
    const wish = { runId: null, force: false, cleanup: false };
    for (const [environment, content] of [
      [{}, "summary"],
      [{ KEYWARD_CONTENT_MODE: "full" }, "full"],
    ] as const) {
      const { call, context } = scene(told("synced"), environment);
      await uploadRuns(wish, context);
      expect(call).toHaveBeenCalledExactlyOnceWith("hub.upload", { profile: null, ...wish, content, by: null, workspace: null });
    }
  });
});

describe("a run that has ended", () => {
  it("is uploaded by itself, without a word on the screen", async () => {
    const { call, out, context } = scene(told("synced"));
    await uploadEndedRun("run_1", context);
    expect(call).toHaveBeenCalledExactlyOnceWith("hub.upload", expect.objectContaining({ runId: "run_1" }));
    expect(out.warn).not.toHaveBeenCalled();
  });

  it("is uploaded over a connection of its own, by the token of the environment where there is one", async () => {
    const { call, context } = scene(told("synced"), { KEYWARD_TOKEN: "t", KEYWARD_HUB: "https://hub.test", KEYWARD_WORKSPACE: "main" });
    const ended = { ...context, call: () => Promise.reject(new Error("ended")) } as unknown as Context;
    await uploadEndedRun("run_1", ended);
    expect(call).toHaveBeenCalledExactlyOnceWith(
      "hub.upload",
      expect.objectContaining({ by: { url: "https://hub.test", token: "t" }, workspace: "main" }),
    );
  });

  it("that could not be uploaded is a warning and no failure", async () => {
    const busy = scene(told("failed", "HUB_BUSY"));
    await uploadEndedRun("run_1", busy.context);
    expect(busy.out.warn).toHaveBeenCalledExactlyOnceWith("the run was not uploaded (HUB_BUSY); next: keyward sync");
    const away = scene(() => Promise.reject(new KeywardError("HUB_LOGIN_REQUIRED", "not logged in at a hub")));
    await uploadEndedRun("run_1", away.context);
    expect(away.out.warn).toHaveBeenCalledExactlyOnceWith("the run was not uploaded: not logged in at a hub");
  });
});
