import { describe, expect, it } from "vitest";
import { hubSecretObject } from "../../../../src/cli/at-hub/hub-vault.ts";
import { keyward } from "../../../support/cli/fake-world.ts";
import { LINKED } from "../../../support/cli/hub-answers.ts";

const secret = (name: string, scope: string, version = 1) => {
  return { id: `sec_${name}_${scope}`, name, scope, current_version: version, created_at: 0, updated_at: 0 };
};
const asked: { method: string; path: string; body: unknown }[] = [];
const answers = {
  "hub.state": LINKED,
  "hub.call": ({ method, path, body }: { method: string; path: string; body: unknown }) => {
    asked.push({ method, path, body });
    if (path.includes("/versions"))
      return { status: 200, body: { data: [{ version: 1, state: "enabled", created_by: "usr_1", created_at: 0 }] } };
    if (method === "GET")
      return { status: 200, body: { data: [secret("A", "workspace"), secret("B", "user"), secret("B", "tenant")], next_cursor: null } };
    return { status: 201, body: secret("A", "workspace", 2) };
  },
};
const run = async (args: readonly string[], more: object = {}) => {
  asked.length = 0;
  return await keyward(args, { answers, ...more } as never);
};

describe("the vault at a hub", () => {
  it("takes a value from standard input, by name and scope, and shows none", async () => {
    const done = await run(["vault", "put", "A", "--via", "hub", "--stdin", "--scope", "tenant"], { stdin: "the value\n" });
    expect(done).toMatchObject({ status: 0, stdout: "stored a new version of A at the hub (tenant, version 2)\n" });
    expect(asked).toEqual([{ method: "POST", path: "/v1/secrets", body: { name: "A", scope: "tenant", value: "the value" } }]);
    expect(done.calls.some(({ method }) => method === "vault.put")).toBe(false);
    expect((await run(["vault", "put", "A", "--via", "hub", "--backend", "env:X"])).status).toBe(2);
    expect((await run(["vault", "put", "A", "--via", "elsewhere"])).status).toBe(2);
  });

  it("lists names with where they are, and versions with their state", async () => {
    const done = await run(["vault", "list", "--via", "hub", "--scope", "user", "--json"]);
    expect(JSON.parse(done.stdout)).toEqual({ secrets: [hubSecretObject(secret("B", "user") as never)] });
    expect((await run(["vault", "versions", "A", "--via", "hub"])).stdout).toMatch(/1 \*\s+enabled\s+usr_1/);
    expect(asked.at(-1)?.path).toBe("/v1/secrets/sec_A_workspace/versions");
  });

  it("removes one for everybody, after a yes, and wants to know which where scopes share a name", async () => {
    expect((await run(["vault", "rm", "A", "--via", "hub"])).status).toBe(4);
    expect(asked.some(({ method }) => method === "DELETE")).toBe(false);
    expect((await run(["vault", "rm", "A", "--via", "hub", "--yes"])).status).toBe(0);
    expect(asked.at(-1)).toMatchObject({ method: "DELETE", path: "/v1/secrets/sec_A_workspace" });
    await run(["vault", "rm", "A", "--via", "hub", "--force"]);
    expect(asked.at(-1)?.path).toBe("/v1/secrets/sec_A_workspace?force=true");
    expect((await run(["vault", "rm", "B", "--via", "hub", "--yes"])).status).toBe(2);
    expect((await run(["vault", "rm", "NONE", "--via", "hub", "--yes"])).status).toBe(1);
  });

  it("takes many after a masked table, and refuses a name that another scope has", async () => {
    const done = await run(["vault", "push", "A=one", "C=two", "--via", "hub", "--yes", "--json"]);
    expect(JSON.parse(done.stdout)).toMatchObject({
      secrets: [
        { name: "A", action: "new version", masked: "***" },
        { name: "C", action: "new" },
      ],
    });
    expect(asked.filter(({ method }) => method === "POST")).toHaveLength(2);
    expect(await run(["vault", "push", "B=one", "--via", "hub", "--yes"])).toMatchObject({
      status: 5,
      stderr: expect.stringContaining("--scope=user") as string,
    });
    await run(["vault", "push", "A=one", "--via", "hub", "--dry-run"]);
    expect(asked.some(({ method }) => method === "POST")).toBe(false);
  });
});
