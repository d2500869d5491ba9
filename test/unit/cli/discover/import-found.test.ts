import { describe, expect, it } from "vitest";
import { importFound, showImported } from "../../../../src/cli/discover/import-found.ts";
import type { Context } from "../../../../src/cli/context.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { finding } from "../../../support/discover/sample-finding.ts";

function contextWith(call: (method: string, params: unknown) => unknown, answers: readonly string[] = []) {
  const said: string[] = [];
  const left = [...answers];
  const context = {
    profile: "work",
    call: async (method: string, params: unknown) => call(method, params),
    ask: { canAsk: answers.length > 0, text: async () => left.shift() ?? "" },
    out: {
      json: false,
      line: (text: string) => said.push(text),
      note: (text: string) => said.push(text),
      table: (_head: unknown, rows: unknown) => said.push(JSON.stringify(rows)),
    },
  };
  return { context: context as unknown as Context, said };
}

describe("importFound", () => {
  it("gives the host along, for a server of the user's own", async () => {
    const asked: unknown[] = [];
    const { context } = contextWith((_method, params) => {
      asked.push(params);
      return { notices: ["a pasted 'Bearer ' was removed"] };
    });
    const rows = await importFound([finding({ provider: "github", definition: "github", host: "git.acme.example" })], true, context);
    expect(asked).toMatchObject([
      { profile: "work", provider: "github", connection: "git.acme.example", fields: { host: "git.acme.example", key: "value" } },
    ]);
    expect(rows).toMatchObject([{ outcome: "stored", reason: "a pasted 'Bearer ' was removed" }]);
  });

  it("asks nobody about what is left where it is", async () => {
    const { context } = contextWith(() => ({ notices: [] }));
    expect(await importFound([finding({ expired: true })], false, context)).toMatchObject([
      { outcome: "left where it is", connection: null },
    ]);
  });

  it("goes on after a value that is refused, and stops when the daemon is gone", async () => {
    const failWith = (code: "KEY_SHAPE" | "DAEMON_UNREACHABLE") =>
      contextWith(() => {
        throw new KeywardError(code, "no");
      }).context;
    const two = [finding(), finding({ provider: "groq", definition: "groq" })];
    expect((await importFound(two, true, failWith("KEY_SHAPE"))).map(({ outcome }) => outcome)).toEqual(["refused", "refused"]);
    await expect(importFound(two, true, failWith("DAEMON_UNREACHABLE"))).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE" });
  });
});

describe("showImported", () => {
  it("says that the files were left as they are, and when there was nothing", () => {
    const { context, said } = contextWith(() => undefined);
    showImported([], context);
    showImported([{ provider: "openai", connection: "default", source: "t", path: "/f", outcome: "stored", reason: null }], context);
    expect(said[0]).toContain("nothing found");
    expect(said.at(-1)).toContain("still where they were found");
  });
});
