// A login's tokens: an hour, thirty days idle, a year at most; a late reuse of a refresh token ends it all; on both engines.
import { expect, it } from "vitest";
import { ACCESS_MS, REUSE_WINDOW_MS } from "../../../../src/hub/tokens/sessions.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";

const DAY_MS = 24 * 3_600_000;
let nowMs = Date.now();
const clock = { nowMs: () => nowMs };

describeOnBothEngines(
  "a session",
  (rig) => {
    const refresh = async (token: string): Promise<{ status: number; access_token: string; refresh_token: string; error?: string }> => {
      const body = new URLSearchParams({ grant_type: "refresh_token", client_id: "keyward-cli", refresh_token: token });
      const answer = await fetch(`${rig().hub.url}/oauth/token`, { method: "POST", body });
      return { status: answer.status, ...((await answer.json()) as { access_token: string; refresh_token: string }) };
    };
    const works = async (token: string): Promise<boolean> => (await rig().call("GET", "/v1/me", { token })).status === 200;

    it("lasts an hour without a refresh, thirty days idle, and a year however it is used", async () => {
      const { tokens } = await rig().person(await rig().tenant());
      nowMs += ACCESS_MS - 1;
      expect(await works(tokens.accessToken)).toBe(true);
      nowMs += 1;
      expect(await works(tokens.accessToken)).toBe(false);
      let last = tokens.refreshToken;
      let refreshes = 0;
      for (; refreshes < 20; refreshes += 1) {
        nowMs += 29 * DAY_MS;
        const next = await refresh(last);
        if (next.status !== 200) break;
        last = next.refresh_token;
      }
      expect(refreshes).toBe(12);
      const idle = await rig().person(await rig().tenant());
      nowMs += 30 * DAY_MS;
      expect((await refresh(idle.tokens.refreshToken)).error).toBe("invalid_grant");
    });

    it("forgives a race within the window, to the millisecond, and not after it", async () => {
      const { tokens } = await rig().person(await rig().tenant());
      const first = await refresh(tokens.refreshToken);
      nowMs += REUSE_WINDOW_MS;
      expect((await refresh(tokens.refreshToken)).refresh_token).toBe(first.refresh_token);
      nowMs += 1;
      expect((await refresh(tokens.refreshToken)).error).toBe("invalid_grant");
      expect([await works(first.access_token), (await refresh(first.refresh_token)).status]).toEqual([false, 400]);
    });

    it("takes no clock that is set back for a reason to end", async () => {
      const { tokens } = await rig().person(await rig().tenant());
      await refresh(tokens.refreshToken);
      nowMs -= DAY_MS;
      expect((await refresh(tokens.refreshToken)).status).toBe(200);
    });

    it("is ended by revoking either of its tokens, and a token nobody knows is a success too (RFC 7009)", async () => {
      for (const which of ["accessToken", "refreshToken"] as const) {
        const { tokens } = await rig().person(await rig().tenant());
        const revoke = (token: string) => fetch(`${rig().hub.url}/oauth/revoke`, { method: "POST", body: new URLSearchParams({ token }) });
        expect((await revoke(tokens[which])).status).toBe(200);
        expect([await works(tokens.accessToken), (await refresh(tokens.refreshToken)).status]).toEqual([false, 400]);
        expect([(await revoke(tokens[which])).status, (await revoke("nonsense")).status]).toEqual([200, 200]);
      }
    });
  },
  { clock },
);
