import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { LINKED } from "../../../support/cli/hub-answers.ts";

const there = {
  id: "con_1",
  provider: "openai",
  name: "team",
  kind: "llm",
  label: "Team",
  scope: "workspace",
  secret_id: "sec_1",
  origins: ["https://api.openai.com"],
};
const asked: { method: string; path: string; body: unknown }[] = [];
const answers = {
  "hub.state": LINKED,
  "hub.call": ({ method, path, body }: { method: string; path: string; body: unknown }) => {
    asked.push({ method, path, body });
    return { status: 200, body: method === "GET" ? { data: [there], next_cursor: null } : there };
  },
  "provider.show": ({ provider }: { provider: string }) => {
    const host = provider === "atlassian" ? "{tenant}.atlassian.net" : "api.github.com";
    return { info: {} as never, definition: { endpoints: [{ host }, { host: "uploads.test", port: 8443 }] } };
  },
};
const run = async (...args: readonly string[]) => {
  asked.length = 0;
  return await keyward(args, { answers });
};
const set = (...args: readonly string[]) => run("connection", "set", "--via", "hub", "--kind", "llm", "--label", "Team", ...args);

describe("connections at a hub", () => {
  it("are bound to the hosts of the definition unless others are said, and to none that only a person knows", async () => {
    expect((await set("--id", "team", "--provider", "github", "--secret-id", "KEY", "--scope", "tenant")).status).toBe(0);
    expect(asked.at(-1)).toMatchObject({
      method: "POST",
      path: "/v1/connections",
      body: {
        provider: "github",
        name: "team",
        scope: "tenant",
        secret: "KEY",
        origins: ["https://api.github.com", "https://uploads.test:8443"],
      },
    });
    const unknown = await set("--id", "team", "--provider", "atlassian", "--secret-id", "KEY");
    expect(unknown).toMatchObject({ status: 2, stderr: expect.stringContaining("--origin https://HOST") as string });
    await set("--id", "team", "--provider", "atlassian", "--secret-id", "KEY", "--origin", "https://acme.atlassian.net");
    expect(asked.at(-1)?.body).toMatchObject({ origins: ["https://acme.atlassian.net"] });
  });

  it("are changed when they are set again, and never moved to other hosts", async () => {
    expect((await set("--id", "team", "--provider", "openai", "--secret-id", "OTHER")).stdout).toContain(
      "changed openai (team) at the hub",
    );
    expect(asked.at(-1)).toEqual({ method: "PATCH", path: "/v1/connections/con_1", body: { label: "Team", secret: "OTHER" } });
    expect((await set("--id", "team", "--provider", "openai", "--secret-id", "OTHER", "--origin", "https://evil.example")).status).toBe(5);
    expect(asked.some(({ method }) => method === "PATCH")).toBe(false);
  });

  it("keep their secret unless another is named: --no-auth takes none away", async () => {
    const done = await set("--id", "team", "--provider", "openai", "--no-auth");
    expect(done).toMatchObject({ status: 5, stderr: expect.stringContaining("keyward connection rm con_1 --via hub") as string });
    expect(asked.some(({ method }) => method !== "GET")).toBe(false);
  });

  it("are listed, shown and, after a yes, removed for everybody", async () => {
    expect(JSON.parse((await run("connection", "list", "--via", "hub", "--json")).stdout)).toEqual({ connections: [there] });
    expect((await run("connection", "get", "team", "--via", "hub")).stdout).toContain("con_1");
    expect((await run("connection", "rm", "team", "--via", "hub")).status).toBe(4);
    expect((await run("connection", "rm", "con_1", "--via", "hub", "--yes")).status).toBe(0);
    expect(asked.at(-1)).toMatchObject({ method: "DELETE", path: "/v1/connections/con_1" });
    expect((await run("connection", "rm", "other", "--via", "hub", "--yes")).status).toBe(1);
  });

  it("take --scope and --origin at the hub alone", async () => {
    expect((await run("connection", "set", "--id", "a", "--kind", "llm", "--label", "A", "--no-auth", "--scope", "user")).status).toBe(2);
  });
});
