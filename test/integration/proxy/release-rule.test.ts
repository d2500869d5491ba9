// The invariant as properties: a credential leaves exactly when an oracle of the test's own says that every condition holds.
// `npm run fuzz` runs the same with a million cases; the planted bugs show that each property can fail.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Condition,
  mayRelease,
  missingCondition,
  type Permit,
  type ReleaseClaim,
  type Way,
} from "../../../src/proxy/release/may-release.ts";
import { countFor, parameters, report } from "../../support/fuzz/case-count.ts";
import { mayArrive, type ReleaseCase, releaseCase } from "../../support/fuzz/release-cases.ts";
import { BREACHES, CONDITIONS, type FactCase, factCase } from "../../support/fuzz/release-facts.ts";
import { keyText, type LastMoment, leaves, makeKeys } from "../../support/fuzz/release-steps.ts";
import { soundClaim, soundWay } from "../../support/release-facts.ts";

type Judge = (claim: ReleaseClaim, way: Way) => Condition | null;

/** The judge with one condition left out: its facts are taken for sound ones. */
function without(condition: Condition): Judge {
  const names = new Set(BREACHES[condition].flatMap(({ claim }) => Object.keys(claim)));
  const ofWay = new Set(BREACHES[condition].flatMap(({ way }) => Object.keys(way)));
  const repaired = <T extends object>(facts: T, sound: T, fields: ReadonlySet<string>): T =>
    Object.create(facts, Object.fromEntries([...fields].map((name) => [name, { value: sound[name as keyof T] }]))) as T;
  return (claim, way) => missingCondition(repaired(claim, soundClaim, names), repaired(way, soundWay, ofWay));
}

function factsHold(judge: Judge): (facts: FactCase) => void {
  return ({ claim, way, broken }) => {
    const missing = judge(claim, way);
    if ((missing === null) !== (broken.length === 0))
      throw new Error(`${missing ?? "released"} with broken: ${broken.join(", ") || "nothing"}`);
    if (missing !== null && !broken.includes(missing)) throw new Error(`${missing} is not what was broken: ${broken.join(", ")}`);
  };
}

const keys = makeKeys();
/** These steps see no body. */
const bodiless = releaseCase.filter(({ placement }) => placement !== "body");
const LAST: readonly (LastMoment & { readonly isSound?: true })[] = [
  { isSound: true },
  { isSound: true },
  { isSound: true },
  { isRunGone: true },
  { isLoggedOut: true },
  { way: { owner: "another con" } },
  { way: { authority: { host: "evil.test", port: 443 } } },
  { way: { verifiedFor: "evil.test" } },
  { way: { verifiedFor: null } },
  { way: { isAddressPermitted: false } },
  { way: { scheme: "http" } },
];

function stepsHold(release: typeof mayRelease): (asked: ReleaseCase, last: (typeof LAST)[number]) => void {
  return (asked, last) => {
    const expected = last.isSound === true ? mayArrive(asked) : null;
    const found = leaves(keys, asked, { release, last });
    const wanted = expected === null ? null : { key: keyText(keys[expected]), host: asked.connect.means?.split(":")[0] };
    if (JSON.stringify(found) !== JSON.stringify(wanted))
      throw new Error(`${found?.host ?? "nothing"} instead of ${wanted?.host ?? "nothing"}`);
  };
}

describe("the one function", () => {
  it("releases exactly when nothing is broken, whatever else the facts are", () => {
    const count = countFor(20_000);
    report("facts", count, () => fc.assert(fc.property(factCase, factsHold(missingCondition)), parameters(count)));
  });

  it.each(CONDITIONS)("is caught without its condition '%s'", (condition) => {
    const { failed } = fc.check(fc.property(factCase, factsHold(without(condition))), { numRuns: 20_000, seed: 1 });
    expect(failed).toBe(true);
  });
});

describe("the steps and the one function", () => {
  it("let a key go exactly where the oracle says, whatever the child sends and whatever ends meanwhile", () => {
    const count = countFor(8_000);
    report("steps", count, () => fc.assert(fc.property(bodiless, fc.constantFrom(...LAST), stepsHold(mayRelease)), parameters(count)));
  });

  // What an earlier step refuses as well is not caught here: that is the point of asking twice.
  it.each(["run", "grant", "record", "server-name", "owner", "peer", "certificate", "address"] as const)(
    "are caught without '%s'",
    (condition) => {
      const planted: typeof mayRelease = (claim, way) => {
        const missing = claim === null ? null : missingCondition(claim, way);
        return missing === condition ? ({ claim } as unknown as Permit) : mayRelease(claim, way);
      };
      const property = fc.property(bodiless, fc.constantFrom(...LAST), stepsHold(planted));
      expect(fc.check(property, { numRuns: 20_000, seed: 1 }).failed).toBe(true);
    },
  );
});
