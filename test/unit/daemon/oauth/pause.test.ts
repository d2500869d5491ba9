import { describe, expect, it } from "vitest";
import { pause } from "../../../../src/daemon/oauth/pause.ts";

describe("a pause", () => {
  it("ends by itself", async () => {
    const hold = setInterval(() => undefined, 1_000);
    await pause(1, new AbortController().signal);
    clearInterval(hold);
  });

  it("ends with the signal's own reason, also when that was raised before", async () => {
    const reason = new Error("the login was ended");
    const control = new AbortController();
    const paused = pause(60_000, control.signal);
    control.abort(reason);
    await expect(paused).rejects.toBe(reason);
    await expect(pause(60_000, control.signal)).rejects.toBe(reason);
  });
});
