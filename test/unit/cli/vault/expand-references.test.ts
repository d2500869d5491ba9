import { describe, expect, it } from "vitest";
import type { Context } from "../../../../src/cli/context.ts";
import { expandReferences } from "../../../../src/cli/vault/expand-references.ts";

const contextWith = (call: (method: string, params: unknown) => Promise<unknown>) =>
  ({ profile: null, world: { environment: {} }, call }) as unknown as Context;

describe("references of the project", () => {
  it("are filled in by the daemon, which is told who asks", async () => {
    const calls: unknown[] = [];
    const context = contextWith(async (method, params) => {
      calls.push([method, params]);
      return { texts: { URL: "x" } };
    });
    expect(await expandReferences({ URL: "${vault:A}" }, context)).toEqual({ URL: "x" });
    expect(calls).toMatchObject([["vault.expand", { texts: { URL: "${vault:A}" }, asker: { pid: process.pid } }]]);
  });

  it("cost no call where there are none", async () => {
    const never = contextWith(async () => Promise.reject(new Error("called")));
    expect(await expandReferences({ URL: "plain $vault:A" }, never)).toEqual({ URL: "plain $vault:A" });
  });
});
