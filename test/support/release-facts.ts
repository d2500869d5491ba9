// Facts of a release that is in order in every respect, to be changed one at a time.
import type { ReleaseClaim, Way } from "../../src/proxy/release/may-release.ts";

export const soundClaim: ReleaseClaim = {
  owner: "run_a con_a",
  isRunLive: true,
  isGranted: true,
  isRecorded: true,
  arrival: "tunnel",
  authority: { host: "api.acme.test", port: 443 },
  serverName: "api.acme.test",
  named: { host: "api.acme.test", port: 443 },
  scheme: "https",
  method: "GET",
  target: "/v1?x=1",
  origins: [{ host: "api.acme.test", port: 443 }],
  how: "injected",
  slot: "placeholder",
};

export const soundWay: Way = {
  owner: "run_a con_a",
  authority: { host: "api.acme.test", port: 443 },
  scheme: "https",
  verifiedFor: "api.acme.test",
  isAddressPermitted: true,
};
