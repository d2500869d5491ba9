import { unlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { useDaemon } from "./living-daemon.ts";

const daemon = useDaemon();

describe("a removed socket file", () => {
  it("comes back, with the same daemon behind it", async () => {
    unlinkSync(daemon.home.paths.controlSocket);
    const again = await daemon.home.connect();
    expect(again.daemon.pid).toBe(daemon.client.daemon.pid);
  });
});
