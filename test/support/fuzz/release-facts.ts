// Facts of a release, each condition sound or broken by itself, with a label that says so. The oracle is the labels alone.
import fc from "fast-check";
import type { Condition, ReleaseClaim, Way } from "../../../src/proxy/release/may-release.ts";
import { soundClaim, soundWay } from "../release-facts.ts";

type Facts = { readonly claim: Partial<ReleaseClaim>; readonly way: Partial<Way> };

const AT = soundClaim.authority;
const OTHER = [
  { host: "evil.test", port: 443 },
  { host: "api.acme.test", port: 8443 },
  { host: "api.acme.test.evil.test", port: 443 },
  { host: "evilapi.acme.test", port: 443 },
  { host: "acme.test", port: 443 },
];
const claims = (...parts: Partial<ReleaseClaim>[]): Facts[] => parts.map((claim) => ({ claim, way: {} }));
const ways = (...parts: Partial<Way>[]): Facts[] => parts.map((way) => ({ claim: {}, way }));

export const BREACHES: Readonly<Record<Condition, readonly Facts[]>> = {
  run: claims({ isRunLive: false }),
  grant: claims({ isGranted: false }),
  record: claims({ isRecorded: false }),
  name: claims(...OTHER.map((named) => ({ named }))),
  "server-name": claims({ serverName: null }, ...OTHER.filter(({ host }) => host !== AT.host).map(({ host }) => ({ serverName: host })), {
    serverName: "api.acme.test\0",
  }),
  target: claims({ target: "" }, { target: "*" }, { target: "https://evil.test/" }, { target: "evil.test:443" }),
  origin: claims(
    { origins: [] },
    ...OTHER.map((origin) => ({ origins: [origin] })),
    { origins: [{ host: "*.api.acme.test", port: 443 }] },
    { origins: [{ host: "*.test", port: 443 }] },
    { origins: [{ host: "**.beta.test", port: 443 }] },
  ),
  scheme: [...claims({ scheme: "http" }), ...ways({ scheme: "http" })],
  method: claims({ method: "TRACE" }, { method: "TRACK" }, { method: "CONNECT" }),
  slot: claims({ slot: "other" }, { slot: "misformed" }, { how: "injected", slot: "empty" }, { how: "filled", slot: "placeholder" }),
  owner: ways({ owner: "run_b con_a" }, { owner: "run_a con_b" }, { owner: "" }),
  peer: ways(...OTHER.map((authority) => ({ authority }))),
  certificate: ways({ verifiedFor: null }, { verifiedFor: "evil.test" }, { verifiedFor: "*.acme.test" }, { verifiedFor: "" }),
  address: ways({ isAddressPermitted: false }),
};
export const CONDITIONS = Object.keys(BREACHES) as Condition[];

/** Different, and in order all the same. */
const VARIANTS: readonly Facts[] = [
  ...claims(
    {},
    { how: "filled", slot: "empty" },
    { slot: "later" },
    { method: "POST", target: "/" },
    { serverName: "API.ACME.TEST." },
    {
      origins: [
        { host: "other.test", port: 1 },
        { host: "*.acme.test", port: 443 },
      ],
    },
    { origins: [{ host: "**.test", port: 443 }] },
    { arrival: "absolute", serverName: null },
  ),
];

export interface FactCase {
  readonly claim: ReleaseClaim;
  readonly way: Way;
  readonly broken: readonly Condition[];
}

export const factCase: fc.Arbitrary<FactCase> = fc
  .record({
    variant: fc.constantFrom(...VARIANTS),
    broken: fc.oneof(fc.constant<Condition[]>([]), fc.uniqueArray(fc.constantFrom(...CONDITIONS), { maxLength: 3 })),
    pick: fc.nat(1_000),
  })
  .map(({ variant, broken, pick }) => {
    let claim = { ...soundClaim, ...variant.claim };
    let way = { ...soundWay, ...variant.way };
    // An SNI that is missing is sound for a whole URL in clear: broken there means that one is given.
    const applied = broken.map((condition) => {
      const facts =
        condition === "server-name" && claim.arrival === "absolute"
          ? [{ claim: { serverName: "api.acme.test" }, way: {} }]
          : BREACHES[condition];
      return facts[pick % facts.length] as Facts;
    });
    for (const facts of applied) {
      claim = { ...claim, ...facts.claim };
      way = { ...way, ...facts.way };
    }
    return { claim, way, broken };
  });
