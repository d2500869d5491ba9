// A workspace with an owner who puts secrets and enrols daemons, over the hub's own API.
// In: a rig. Out: ways to set one up; values are canaries that a test can look for where they must not be.
import { expect } from "vitest";
import { randomText } from "../../../src/core/ids.ts";
import { type DeviceKeyPair, newDeviceKeyPair } from "../../../src/hub/keys/seal-to-device.ts";
import type { Answer, HubRig } from "./hub-rig.ts";

export const canary = (name: string): string => `canary-${name}-${randomText(12)}`;

export interface VaultScene {
  setUp(): Promise<{
    readonly place: { readonly tenantId: string; readonly workspaceId: string };
    readonly token: string;
    readonly put: (name: string, value: string, scope?: string) => Promise<Answer>;
  }>;
  enrol(token: string): Promise<{ readonly keys: DeviceKeyPair; readonly id: string; readonly token: string }>;
}

export function vaultScene(rig: () => HubRig): VaultScene {
  return {
    setUp: async () => {
      const place = await rig().tenant();
      const owner = await rig().person(place, "owner", { isTenantAdmin: true });
      const token = owner.tokens.accessToken;
      const put = (name: string, value: string, scope = "workspace"): Promise<Answer> =>
        rig().call("POST", "/v1/secrets", { token, body: { name, value, scope } });
      return { place, token, put };
    },
    enrol: async (token) => {
      const keys = newDeviceKeyPair();
      const device = await rig().call("POST", "/v1/devices", { token, body: { name: "laptop", public_key: keys.publicKey } });
      expect(device.status).toBe(201);
      return { keys, id: String(device.body.id), token: String(device.body.token) };
    },
  };
}
