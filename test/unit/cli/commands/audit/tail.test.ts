import { describe, expect, it } from "vitest";
import type { Params, Result } from "../../../../../src/control/protocol.ts";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { AUDIT_ENTRY } from "../../../../support/cli/sample-answers.ts";

type Tail = Result<"audit.tail">;
const record = (seq: number, change: Partial<typeof AUDIT_ENTRY> = {}) => ({ ...AUDIT_ENTRY, seq, requestId: `req_${seq}`, ...change });

/** Gives one answer after the other, then sends Ctrl-C. */
function inTurn(turns: readonly Tail[], asked: Params<"audit.tail">[]): (params: Params<"audit.tail">) => Tail {
  return (params) => {
    asked.push(params);
    const turn = turns[asked.length - 1];
    if (turn !== undefined) return turn;
    process.emit("SIGINT", "SIGINT");
    return { entries: [], lastSeq: params.afterSeq ?? 0 };
  };
}

describe("audit tail", () => {
  it("prints the newest, then what comes after, and ends with 0 on Ctrl-C", async () => {
    const asked: Params<"audit.tail">[] = [];
    const turns = [
      { entries: [record(7)], lastSeq: 7 },
      { entries: [], lastSeq: 7 },
      { entries: [record(8), record(9)], lastSeq: 9 },
    ];
    const done = await keyward(["audit", "tail", "--json", "--lines", "1", "--provider", "openai"], {
      answers: { "audit.tail": inTurn(turns, asked) },
    });
    expect(done.status).toBe(0);
    const ids = done.stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { request_id: string }).request_id);
    expect(ids).toEqual(["req_7", "req_8", "req_9"]);
    expect(asked.map(({ afterSeq, limit }) => [afterSeq, limit])).toEqual([
      [null, 1],
      [7, 1_000],
      [7, 1_000],
      [9, 1_000],
    ]);
    expect(asked[0]).toMatchObject({ provider: "openai", run: null, denied: false });
  });

  it("shows a request when it has ended, not when its credential left", async () => {
    const turns = [
      { entries: [record(1, { ms: null, status: null })], lastSeq: 1 },
      { entries: [record(2, { requestId: "req_1" })], lastSeq: 2 },
    ];
    const done = await keyward(["audit", "tail"], { answers: { "audit.tail": inTurn(turns, []) } });
    expect(done.stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(done.stdout).toContain("GET api.openai.com/v1/models  injected  200  8");
  });

  it("refuses a count it cannot begin with", async () => {
    expect(await keyward(["audit", "tail", "--lines", "1001"])).toMatchObject({ status: 2, stdout: "" });
  });
});
