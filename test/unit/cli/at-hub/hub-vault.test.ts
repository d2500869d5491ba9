import { describe, expect, it } from "vitest";
import { asked, askHub } from "../../../support/cli/hub-vault.ts";

describe("the vault at a hub", () => {
  it("takes a value from standard input, by name and scope, and shows none", async () => {
    const done = await askHub(["vault", "put", "A", "--via", "hub", "--stdin", "--scope", "tenant"], { stdin: "the value\n" });
    expect(done).toMatchObject({ status: 0, stdout: "stored a new version of A at the hub (tenant, version 2)\n" });
    expect(asked).toEqual([{ method: "POST", path: "/v1/secrets", body: { name: "A", scope: "tenant", value: "the value" } }]);
    expect(done.calls.some(({ method }) => method === "vault.put")).toBe(false);
    expect((await askHub(["vault", "put", "A", "--via", "hub", "--backend", "env:X"])).status).toBe(2);
    expect((await askHub(["vault", "put", "A", "--via", "elsewhere"])).status).toBe(2);
  });

  it("removes one for everybody, after a yes, and wants to know which where scopes share a name", async () => {
    expect((await askHub(["vault", "rm", "A", "--via", "hub"])).status).toBe(4);
    expect(asked.some(({ method }) => method === "DELETE")).toBe(false);
    expect((await askHub(["vault", "rm", "A", "--via", "hub", "--yes"])).status).toBe(0);
    expect(asked.at(-1)).toMatchObject({ method: "DELETE", path: "/v1/secrets/sec_A_workspace" });
    await askHub(["vault", "rm", "A", "--via", "hub", "--force"]);
    expect(asked.at(-1)?.path).toBe("/v1/secrets/sec_A_workspace?force=true");
    expect((await askHub(["vault", "rm", "B", "--via", "hub", "--yes"])).status).toBe(2);
    expect((await askHub(["vault", "rm", "NONE", "--via", "hub", "--yes"])).status).toBe(1);
  });
});
