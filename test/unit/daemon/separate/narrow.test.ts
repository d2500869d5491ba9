import { describe, expect, it } from "vitest";
import { narrow } from "../../../../src/daemon/separate/narrow.ts";

const ref = (text: string) => ({ provider: text.split("=")[0]!, name: text.split("=")[1]! });
const shared = ["openai=default", "openai=work", "github=bot"].map(ref);
const stored = (): boolean => true;
const asked = (connections: string[] = [], providers: string[] = []) => ({ connections: connections.map(ref), providers });

describe("narrow", () => {
  it("writes everything that is shared out when nothing is named", () => {
    expect(narrow(asked(), shared, stored)).toEqual({ connections: shared, providers: ["openai", "github"] });
  });

  it("keeps a choice among the shared", () => {
    expect(narrow(asked(["openai=work"], ["openai"]), shared, stored)).toEqual({
      connections: [ref("openai=work")],
      providers: ["openai"],
    });
    expect(narrow(asked([], ["github"]), shared, stored)).toEqual({ connections: [ref("github=bot")], providers: ["github"] });
  });

  it.each([
    [["openai=private"], []],
    [["stripe=default"], []],
    [[], ["stripe"]],
    [["openai=work"], ["openai", "stripe"]],
  ])("refuses %j %j, which is not shared", (connections, providers) => {
    expect(() => narrow(asked(connections, providers), shared, stored)).toThrow(expect.objectContaining({ code: "RUN_SOCKET_REFUSED" }));
  });

  it("refuses rather than end with an empty selection, which would mean everything", () => {
    expect(() => narrow(asked(), [], stored)).toThrow(/no connection is shared/);
    expect(() => narrow(asked(), shared, () => false)).toThrow(/no connection is shared/);
  });
});
