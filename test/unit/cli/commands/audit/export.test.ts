import { describe, expect, it } from "vitest";
import type { Params } from "../../../../../src/control/protocol.ts";
import { keyward } from "../../../../support/cli/fake-world.ts";

describe("audit export", () => {
  it("prints part after part, byte for byte, with --json as well", async () => {
    const asked: Params<"audit.read">[] = [];
    const answers = {
      "audit.read": (params: Params<"audit.read">) => {
        asked.push(params);
        return params.fromByte === 0 ? { lines: ['{"seq":1}', '{"seq":2}'], nextByte: 20 } : { lines: ['{"seq":3}'], nextByte: null };
      },
    };
    for (const words of [
      ["audit", "export"],
      ["audit", "export", "--json"],
    ]) {
      expect(await keyward(words, { answers })).toMatchObject({ status: 0, stdout: '{"seq":1}\n{"seq":2}\n{"seq":3}\n', stderr: "" });
    }
    expect(asked.slice(0, 2)).toEqual([
      { profile: null, fromByte: 0, selection: null },
      { profile: null, fromByte: 20, selection: null },
    ]);
  });

  it("passes its filters on and prints nothing where there is nothing", async () => {
    const answers = { "audit.read": { lines: [], nextByte: null } };
    const done = await keyward(["audit", "export", "--since", "1h", "--denied", "--run", "run_1"], { answers });
    expect(done.calls[0]?.params).toMatchObject({
      selection: { run: "run_1", provider: null, sinceMs: Date.UTC(2025, 0, 31, 11), denied: true },
    });
    expect(done).toMatchObject({ status: 0, stdout: "" });
  });
});
