import { describe, expect, it } from "vitest";
import { type Condition, mayRelease, missingCondition, type ReleaseClaim, type Way } from "../../../../src/proxy/release/may-release.ts";
import { soundClaim, soundWay } from "../../../support/release-facts.ts";
import { sourceFiles } from "../../../support/source-files.ts";

const other = { host: "evil.test", port: 443 };
const BREACHES: readonly (readonly [Condition, Partial<ReleaseClaim>, Partial<Way>])[] = [
  ["run", { isRunLive: false }, {}],
  ["grant", { isGranted: false }, {}],
  ["record", { isRecorded: false }, {}],
  ["name", { named: other }, {}],
  ["name", { named: { ...soundClaim.named, port: 8443 } }, {}],
  ["name", { authority: { host: "api.acme.test\0.evil.test", port: 443 }, named: { host: "api.acme.test\0.evil.test", port: 443 } }, {}],
  ["server-name", { serverName: "evil.test" }, {}],
  ["server-name", { serverName: null }, {}],
  ["server-name", { arrival: "absolute" }, {}],
  ["target", { target: "https://evil.test/" }, {}],
  ["target", { target: "" }, {}],
  ["origin", { origins: [] }, {}],
  ["origin", { origins: [{ host: "api.acme.test", port: 8443 }] }, {}],
  [
    "origin",
    {
      origins: [
        { host: "acme.test", port: 443 },
        { host: "*.api.acme.test", port: 443 },
      ],
    },
    {},
  ],
  ["scheme", { scheme: "http" }, {}],
  ["scheme", {}, { scheme: "http" }],
  ["method", { method: "TRACE" }, {}],
  ["method", { method: "TRACK" }, {}],
  ["method", { method: "CONNECT" }, {}],
  ["slot", { slot: "other" }, {}],
  ["slot", { slot: "misformed" }, {}],
  ["slot", { slot: "empty" }, {}],
  ["slot", { how: "filled" }, {}],
  ["owner", {}, { owner: "run_b con_a" }],
  ["peer", {}, { authority: other }],
  ["peer", {}, { authority: { ...soundWay.authority, port: 8443 } }],
  ["certificate", {}, { verifiedFor: null }],
  ["certificate", {}, { verifiedFor: "evil.test" }],
  ["address", {}, { isAddressPermitted: false }],
];

describe("a release", () => {
  it("is permitted when every condition holds", () => {
    expect(missingCondition(soundClaim, soundWay)).toBeNull();
    expect(mayRelease(soundClaim, soundWay).claim).toBe(soundClaim);
    for (const part of [
      { how: "filled", slot: "empty" },
      { slot: "later" },
      { serverName: "API.acme.test." },
      { origins: [{ host: "*.acme.test", port: 443 }] },
      { arrival: "absolute", serverName: null },
    ] as const) {
      expect(missingCondition({ ...soundClaim, ...part }, soundWay)).toBeNull();
    }
  });

  it.each(BREACHES)("is refused without the condition '%s': %o %o", (condition, claim, way) => {
    expect(missingCondition({ ...soundClaim, ...claim }, { ...soundWay, ...way })).toBe(condition);
    expect(() => mayRelease({ ...soundClaim, ...claim }, { ...soundWay, ...way })).toThrow(
      expect.objectContaining({ code: "RELEASE_REFUSED", httpStatus: 403 }),
    );
  });

  it("without a credential needs none of them", () => {
    expect(mayRelease(null, { ...soundWay, verifiedFor: null }).claim).toBeNull();
  });

  it("is asked for in every lane, and the credential is put into a head in one place", () => {
    const files = sourceFiles().filter(({ path }) => path.startsWith("src/proxy/"));
    const naming = (pattern: RegExp): string[] => files.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
    expect(naming(/import \{[^}]*\binject\b[^}]*\} from "\.{1,2}\/(?:steps\/)?inject\.ts"/)).toEqual(["src/proxy/pipeline.ts"]);
    const lanes = ["src/proxy/steps/forward.ts", "src/proxy/strict/strict-exchange.ts", "src/proxy/upgrade.ts"];
    expect(naming(/\bmayRelease\(/)).toEqual(expect.arrayContaining(lanes));
    expect(naming(/as Permit\b/)).toEqual(["src/proxy/release/may-release.ts"]);
  });
});
