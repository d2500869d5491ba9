import { describe, expect, it, vi } from "vitest";
import type { HubCallParams } from "../../../../src/control/api/hub.ts";
import { identifyProcess } from "../../../../src/core/process-identity.ts";
import { callHub, upload } from "../../../../src/daemon/hub/hub-call.ts";
import type { DaemonParts } from "../../../../src/daemon/parts.ts";
import { makeParts } from "../doctor/subject-of.ts";

const self = identifyProcess(process.pid)!;
const base: HubCallParams = {
  profile: null,
  method: "GET",
  path: "/v1/me",
  body: null,
  workspace: null,
  idempotencyKey: null,
  by: null,
  asker: self,
};

function scene(owners: readonly unknown[] = []) {
  const call = vi.fn(async () => ({ status: 200, headers: {}, body: { rejected: [] } }));
  const callBy = vi.fn(async () => ({ status: 200, headers: {}, body: { rejected: [] } }));
  const hubSessions = { call, callBy, require: vi.fn() };
  const parts = makeParts({ hubSessions, runs: { owners: () => owners } } as unknown as Partial<DaemonParts>);
  return { call, callBy, hubSessions, parts };
}

describe("a call of the hub for a command", () => {
  it.each([
    "/v1/secrets/sec_1:access",
    "/v1/../metrics",
    "/oauth/token",
    "/v1/a b",
    "https://evil.example/v1/me",
    "/v1/secrets/sec_1:acces%73",
    "/v1/secrets/sec_1%3Aaccess",
    "/v1/secrets/sec_1:acces%2573",
    "/v1/%2e%2e/metrics",
    "/v1/%",
    "/v1/a%5c",
  ])("goes nowhere with %s", async (path) => {
    const { parts, call } = scene();
    await expect(callHub({ ...base, path, method: "POST" }, parts)).rejects.toMatchObject({ code: "USAGE" });
    expect(call).not.toHaveBeenCalled();
  });

  it.each(["/v1/./api_tokens", "/v1/%2e/api_tokens", "/v1//api_tokens", "/v1/x/%2E%2E/api_tokens", "/v1/api_tokens/"])(
    "makes no token by a path that leads there: %s",
    async (path) => {
      const { parts, call } = scene([self]);
      await expect(callHub({ ...base, path, method: "POST" }, parts)).rejects.toMatchObject({ code: "USAGE" });
      expect(call).not.toHaveBeenCalled();
    },
  );

  it("leaves a query as it is", async () => {
    const { parts, call } = scene();
    await callHub({ ...base, path: "/v1/audit?cursor=a%2Fb%25&name=x..y:access" }, parts);
    expect(call).toHaveBeenCalledExactlyOnceWith(
      expect.anything(),
      expect.objectContaining({ path: "/v1/audit?cursor=a%2Fb%25&name=x..y:access" }),
    );
  });

  it("is made with the token that came with it at that token's hub alone, else in the name of the login", async () => {
    const { parts, call, callBy } = scene();
    await callHub({ ...base, by: { url: "https://b.example", token: "t" }, workspace: "main" }, parts);
    expect(callBy).toHaveBeenCalledExactlyOnceWith(
      ["https://b.example"],
      expect.objectContaining({ token: "t", headers: { "x-keyward-workspace": "main" } }),
    );
    expect(call).not.toHaveBeenCalled();
    await callHub(base, parts);
    expect(call).toHaveBeenCalledOnce();
    await expect(callHub({ ...base, by: { url: "https://b.example/hub", token: "t" } }, parts)).rejects.toMatchObject({
      code: "HUB_INSECURE",
    });
  });

  it.each(["/v1/api_tokens", "/v1/devices", "/v1/api_tokens/tok_1:rotate", "/v1/api%5Ftokens?x=1", "/v1/api_tokens%3Arotate"])(
    "gets a program inside a run no token from %s",
    async (path) => {
      const making = { ...base, method: "POST", path };
      const inside = scene([self]);
      await expect(callHub(making, inside.parts)).rejects.toMatchObject({ code: "REVEAL_REFUSED" });
      await expect(callHub({ ...making, asker: null }, scene().parts)).rejects.toMatchObject({ code: "REVEAL_REFUSED" });
      await callHub({ ...base, path }, inside.parts);
      await callHub(making, scene().parts);
      expect(inside.call).toHaveBeenCalledOnce();
    },
  );
});

describe("an upload of runs", () => {
  it("needs a login unless a token came with it", async () => {
    const { parts, hubSessions } = scene();
    const wish = { profile: null, runId: null, force: false, cleanup: false, content: "summary" as const, workspace: null };
    expect(await upload({ ...wish, by: { url: "https://b.example", token: "t" } }, parts)).toEqual({ results: [] });
    expect(hubSessions.require).not.toHaveBeenCalled();
    await upload({ ...wish, by: null }, parts);
    expect(hubSessions.require).toHaveBeenCalledOnce();
  });
});
