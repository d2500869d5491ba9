import { describe, expect, it, vi } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import type { HubLink } from "../../../../src/daemon/hub/hub-link.ts";
import { endAtHub, endDevice, leaveHub, linkBefore } from "../../../../src/daemon/hub/leave-hub.ts";
import type { HubRequest } from "../../../../src/hub/client/hub-client.ts";

const LINK: HubLink = {
  urls: ["https://hub.example"],
  session: { accessToken: "a", refreshToken: "r", expiresAtMs: 0, scopes: [], sessionId: "ses_1" },
  token: null,
  user: null,
  tenant: { id: "ten_1", name: "Acme" },
  workspace: { id: "wsp_1", slug: "main", name: "Main" },
  device: { id: "dev_1", token: "d", publicKey: "p", privateKey: "q" },
};

function hub(failing: Readonly<Record<string, KeywardError>> = {}) {
  const callBy = vi.fn((_urls: HubLink["urls"], { path }: HubRequest) => {
    const failure = failing[path];
    return failure === undefined ? Promise.resolve({ status: 204, headers: {}, body: null }) : Promise.reject(failure);
  });
  return { callBy, asked: () => callBy.mock.calls.map(([, { method, path }]) => `${method} ${path}`) };
}

const DEVICE = "/v1/devices/dev_1";
const LOGIN = "/oauth/revoke";

describe("what a profile had at a hub", () => {
  it("is ended: the device in its own name and workspace, and the login by its refresh token", async () => {
    const { callBy, asked } = hub();
    expect(await leaveHub({ callBy }, LINK)).toEqual({ url: "https://hub.example", deviceId: "dev_1", ended: true });
    expect(asked()).toEqual([`DELETE ${DEVICE}`, `POST ${LOGIN}`]);
    expect(callBy.mock.calls[0]?.[1]).toMatchObject({ token: "d", headers: { "x-keyward-workspace": "wsp_1" } });
    expect(String(callBy.mock.calls[1]?.[1].body)).toContain("token=r");
  });

  it("is ended when the hub knows nothing of it any more, and not when it could not be asked about both", async () => {
    for (const code of ["HUB_LOGIN_REQUIRED", "HUB_NOT_FOUND", "HUB_FORBIDDEN"] as const)
      expect(await endAtHub(hub({ [DEVICE]: new KeywardError(code, "over") }), LINK)).toBe(true);
    for (const code of ["HUB_UNREACHABLE", "HUB_DATABASE", "HUB_BUSY"] as const) {
      const away = new KeywardError(code, "away");
      const device = hub({ [DEVICE]: away });
      expect([await endAtHub(device, LINK), device.asked().length]).toEqual([false, 2]);
      expect(await endAtHub(hub({ [LOGIN]: away }), LINK)).toBe(false);
    }
  });

  it("is nothing for a stored API token, which others may have too, and for a profile that was never linked", async () => {
    const { callBy, asked } = hub();
    const device = { id: "", token: "t", publicKey: "p", privateKey: "q" };
    expect(await leaveHub({ callBy }, { ...LINK, session: null, token: "t", device })).toBeNull();
    expect(await leaveHub({ callBy }, null)).toBeNull();
    expect([await endDevice({ callBy }, { ...LINK, device }), asked()]).toEqual([true, []]);
  });

  it("is unknown for a profile that cannot be opened", async () => {
    expect(await linkBefore({ find: () => Promise.reject(new KeywardError("PROFILE_LOCKED", "locked")) }, "work")).toBeNull();
    expect(await linkBefore({ find: () => Promise.resolve(null) }, "work")).toBeNull();
  });
});
