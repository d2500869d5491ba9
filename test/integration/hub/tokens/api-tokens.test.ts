// Tokens cut from tokens: never wider, never longer, gone with what they were cut from; on both engines.
import { expect, it } from "vitest";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";

let nowMs = Date.now();
const clock = { nowMs: () => nowMs };
const HOUR_S = 3_600;
const inHours = (hours: number): number => Math.floor(nowMs / 1_000) + hours * HOUR_S;

describeOnBothEngines(
  "a token that was cut from another",
  (rig) => {
    const setUp = async (scopes: readonly string[] = ["connections:read", "secrets:read"]) => {
      const owner = await rig().person(await rig().tenant(), "owner");
      const session = owner.tokens.accessToken;
      const make = async (token: string, body: object) =>
        await rig().call("POST", "/v1/api_tokens", { token, body: { name: "t", ...body } });
      const parent = (await make(session, { scopes, expires_at: inHours(2) })).body as { id: string; token: string; expires_at: number };
      const works = async (token: string): Promise<boolean> => (await rig().call("GET", "/v1/me", { token })).status === 200;
      return { session, make, parent, works };
    };

    it("has what the parent has or less, whatever it asks for, without administering anything", async () => {
      const { make, parent, works } = await setUp();
      const child = await make(parent.token, { parent: "current", scopes: ["secrets:read"], expires_at: inHours(9) });
      expect([child.status, child.body.scopes, child.body.expires_at]).toEqual([201, ["secrets:read"], parent.expires_at]);
      expect(await works(child.body.token)).toBe(true);
      const wider = await make(parent.token, { parent: "current", scopes: ["secrets:write"] });
      const admin = await make(child.body.token, { parent: "current", scopes: ["connections:read"] });
      const run = await make(parent.token, { parent: "current", kind: "run", connections: ["con_x"] });
      const free = await make(parent.token, { scopes: ["secrets:read"] });
      expect([wider, admin, run, free].map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    });

    it("ends with its parent: revoked, rotated, expired, and with the login it was cut from", async () => {
      const { session, make, parent, works } = await setUp();
      const cut = async (token: string) =>
        (await make(token, { parent: "current", scopes: ["secrets:read"] })).body as { token: string; expires_at: number | null };
      const [child] = [await cut(parent.token)];
      const grandchild = await cut(child.token);
      await rig().call("DELETE", `/v1/api_tokens/${parent.id}`, { token: session });
      expect([await works(child.token), await works(grandchild.token)]).toEqual([false, false]);

      const second = (await make(session, { scopes: ["secrets:read"] })).body as { id: string; token: string };
      const ofSecond = await cut(second.token);
      await rig().call("POST", `/v1/api_tokens/${second.id}:rotate`, { token: session, body: { overlap_seconds: 60 } });
      expect(await works(ofSecond.token)).toBe(true);
      nowMs += 61_000;
      expect(await works(ofSecond.token)).toBe(false);

      const ofLogin = await cut(session);
      expect(await works(ofLogin.token)).toBe(true);
      await rig().call("DELETE", "/v1/sessions/current", { token: session });
      expect(await works(ofLogin.token)).toBe(false);
    });

    it("is worth nothing after its exact deadline, and a rotated one lives no longer than its parent", async () => {
      const { session, make, parent, works } = await setUp();
      const child = (await make(parent.token, { parent: "current", scopes: ["secrets:read"] })).body as { id: string; token: string };
      const next = await rig().call("POST", `/v1/api_tokens/${child.id}:rotate`, { token: session, body: { expires_at: inHours(50) } });
      expect(next.body.expires_at).toBe(parent.expires_at);
      nowMs = parent.expires_at * 1_000 - 1;
      expect(await works(next.body.token)).toBe(true);
      nowMs += 1;
      expect(await works(next.body.token)).toBe(false);
    });
  },
  { clock },
);
