// What a hub lends to runs with a token, against a real hub: asked once, kept near, taken back with the token.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { bundledProvidersDirectory } from "../../../../src/providers/catalogue.ts";
import { HubLoans } from "../../../../src/daemon/hub/hub-loans.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";
import { makeParts } from "../../../unit/daemon/doctor/subject-of.ts";

const KEY = `sk-${"a1B2".repeat(12)}`;
const REF = { provider: "openai", name: "default" };
let rig: HubRig;

beforeAll(async () => {
  rig = await startHubRig();
});
afterAll(() => rig.destroy());

async function scene(scopes: readonly string[] = ["sync:pull"]) {
  const place = await rig.tenant();
  const owner = (await rig.person(place, "owner", { isTenantAdmin: true })).tokens.accessToken;
  await rig.call("POST", "/v1/secrets", { token: owner, body: { name: "KEY", value: KEY } });
  await rig.call("POST", "/v1/connections", {
    token: owner,
    body: { provider: "openai", secret: "KEY", origins: ["https://api.openai.com"] },
  });
  const made = await rig.call("POST", "/v1/api_tokens", { token: owner, body: { name: "ci", scopes } });
  const { profiles, definitions, clock, log } = makeParts();
  const profile = await profiles.ensure(null);
  const time = { aheadMs: 0 };
  const loans = new HubLoans({ clock, steadyMs: () => performance.now() + time.aheadMs, definitions, roots: () => undefined, log });
  onTestFinished(() => loans.close());
  const access = { url: rig.hub.url, token: made.body.token as string, workspace: null };
  const value = () => {
    const found = profile.find(REF);
    return found === null ? null : (profile.credential(found)?.fields["key"]?.reveal() ?? null);
  };
  return { loans, access, profile, definitions, value, owner, tokenId: made.body.id as string, time };
}

describe("what a hub lends to a run", () => {
  it("is there for the run alone, follows the hub, and is written nowhere", async () => {
    const { loans, access, profile, value, owner } = await scene();
    const [lent] = await loans.lend(access);
    expect(lent?.connection).toMatchObject({ ...REF, origins: [{ host: "api.openai.com", port: 443 }] });
    expect(value()).toBeNull();
    loans.tie("run_1", access, { profile, own: [] });
    expect([value(), loans.has("run_1"), profile.connections()]).toEqual([KEY, true, []]);
    const next = KEY.replace("a", "z");
    await rig.call("POST", "/v1/secrets", { token: owner, body: { name: "KEY", value: next } });
    await expect.poll(value).toBe(next);
    profile.takeBack("run_1");
    loans.end("run_1");
    expect([value(), loans.has("run_1")]).toEqual([null, false]);
  });

  it("is taken back with the token, and what the run brought along itself stays", async () => {
    const { loans, access, profile, value, owner, tokenId } = await scene();
    const [lent] = await loans.lend(access);
    const own = {
      connection: { ...lent!.connection, provider: "github", id: "own" },
      credential: { ...lent!.credential, connectionId: "own" },
    };
    loans.tie("run_1", access, { profile, own: [own] });
    await rig.call("DELETE", `/v1/api_tokens/${tokenId}`, { token: owner });
    await expect.poll(value).toBeNull();
    expect(profile.givenTo("run_1")).toEqual([own]);
    await expect(loans.lend(access)).rejects.toMatchObject({ code: "HUB_LOGIN_REQUIRED" });
  });

  it("leaves the definitions of one token alone when those of another come and go", async () => {
    const { loans, access, profile, owner, definitions } = await scene();
    const openai = JSON.parse(readFileSync(join(bundledProvidersDirectory(), "openai.json"), "utf8")) as object;
    await rig.call("PUT", "/v1/providers/acme", { token: owner, body: { ...openai, id: "acme", name: "Acme" } });
    const others = [await scene(), await scene()];
    const borrow = async (runId: string, by: typeof access): Promise<void> => {
      await loans.lend(by);
      loans.tie(runId, by, { profile, own: [] });
    };
    await borrow("run_1", others[0]!.access);
    await borrow("run_2", access);
    expect(definitions.current().get("acme")?.name).toBe("Acme");
    loans.end("run_1");
    await borrow("run_3", others[1]!.access);
    expect(definitions.current().get("acme")?.name).toBe("Acme");
    loans.end("run_3");
    expect(definitions.current().get("acme")?.name).toBe("Acme");
    loans.end("run_2");
    expect(definitions.current().get("acme")).toBeNull();
  });

  it("is nothing for a token that is for something else, and no token is asked about at another hub", async () => {
    const { loans, access } = await scene(["ingest:write"]);
    await expect(loans.lend(access)).rejects.toMatchObject({ code: "HUB_FORBIDDEN" });
    await expect(loans.lend({ ...access, token: "kw_pat_nonsense" })).rejects.toMatchObject({ code: "HUB_LOGIN_REQUIRED" });
    await expect(loans.lend({ ...access, url: "http://hub.example" })).rejects.toMatchObject({ code: "HUB_INSECURE" });
    await expect(loans.lend({ ...access, url: `${rig.hub.url}/hub` })).rejects.toMatchObject({ code: "HUB_INSECURE" });
    await expect(loans.lend({ ...access, url: "http://127.0.0.1:9" })).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
    await expect(loans.lend({ ...access, workspace: "elsewhere" })).rejects.toMatchObject({ code: "HUB_FORBIDDEN" });
  });

  it("is denied by policy when the hub was not reached for too long, and only what was lent is", async () => {
    const { loans, access, profile, time } = await scene();
    await loans.lend(access);
    loans.tie("run_1", access, { profile, own: [] });
    const id = profile.find(REF)?.id ?? "";
    expect(() => loans.requireFresh(id)).not.toThrow();
    time.aheadMs = 25 * 3_600_000;
    expect(() => loans.requireFresh(id)).toThrow(expect.objectContaining({ code: "HUB_STALE" }));
    expect(() => loans.requireFresh("con_other")).not.toThrow();
  });
});
