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

describe("importFound of what a tool renews", () => {
  const renewed = finding({
    provider: "vercel",
    definition: "vercel",
    kind: "oauth",
    rotates: true,
    source: "my-tool",
    reference: "file:/f.json#/token",
  });

  it("refers to it where it is, and hands no value over", async () => {
    const asked: [string, unknown][] = [];
    const { context } = contextWith((method, params) => {
      asked.push([method, params]);
      return method === "connection.list" ? { connections: [] } : { notices: [] };
    });
    expect(await importFound([renewed], true, context)).toMatchObject([
      { outcome: "refers to it", connection: "default", reason: "Tool renews it there" },
    ]);
    const name = "MY_TOOL_VERCEL_DEFAULT";
    expect(asked.slice(1)).toEqual([
      ["vault.put", { profile: "work", scope: "user", name, value: null, reference: "file:/f.json#/token", copy: false }],
      ["connection.link", { profile: "work", provider: "vercel", connection: "default", secrets: { "": name }, fields: {}, force: false }],
    ]);
    expect(JSON.stringify(asked)).not.toContain(':"value"');
  });

  it("makes no secret for a connection that is there", async () => {
    const asked: string[] = [];
    const { context } = contextWith((method) => {
      asked.push(method);
      return { connections: [{ provider: "vercel", name: "default" }] };
    });
    expect(await importFound([renewed], true, context)).toMatchObject([{ outcome: "exists" }]);
    expect(asked).toEqual(["connection.list"]);
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
