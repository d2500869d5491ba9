import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/core/secret.ts";
import { planImport } from "../../../src/discover/plan-import.ts";
import type { Finding } from "../../../src/discover/source.ts";
import { finding } from "../../support/discover/sample-finding.ts";

const keyed = (secret: string, change: Partial<Finding> = {}): Finding =>
  finding({ values: [{ field: "key", env: [], secret: new Secret(secret) }], ...change });
const namesOf = (findings: readonly Finding[]) => planImport(findings).map(({ connection }) => connection);

describe("planImport", () => {
  it("calls the first of a provider default, the others by what tells them apart", () => {
    const accounts = ["Work Team", "work/team", null, "--", null];
    expect(namesOf([keyed("0"), ...accounts.map((account, at) => keyed(String(at + 1), { account }))])).toEqual([
      "default",
      "work-team",
      "work-team-2",
      "tool",
      "tool-2",
      "tool-3",
    ]);
  });

  it("never calls the key of another host default", () => {
    expect(namesOf([keyed("1", { host: "git.acme.example:8443" }), keyed("2")])).toEqual(["git.acme.example-8443", "default"]);
  });

  it("counts names for each provider by itself", () => {
    expect(namesOf([keyed("1"), keyed("2", { provider: "groq", definition: "groq" })])).toEqual(["default", "default"]);
  });

  it.each<[Partial<Finding>, string]>([
    [{ definition: null }, "keyward has no definition for it"],
    [{ expired: true }, "it has expired"],
    [{ kind: "oauth", rotates: true }, "Tool renews it itself, and a copy that is renewed would log Tool out"],
    [{ kind: "reference" }, "it names a program, which is not run"],
    [{ kind: "mtls" }, "it is no key that can be sent"],
    [{ kind: "service_account" }, "it is no key that can be sent"],
  ])("leaves %j where it is", (change, reason) => {
    expect(planImport([keyed("1", change)])).toEqual([{ finding: expect.anything() as unknown, connection: null, refers: false, reason }]);
  });

  it("refers to what a tool renews itself, where the vault can read it, also when it has just ended", () => {
    const renewed = { kind: "oauth", rotates: true, reference: "file:/f#/token" } as const;
    expect(planImport([keyed("1", renewed)])).toMatchObject([{ connection: "default", refers: true, reason: null }]);
    expect(planImport([keyed("1", { ...renewed, expired: true })])).toMatchObject([{ connection: "default", refers: true }]);
    expect(planImport([keyed("1", { ...renewed, host: "git.acme.example" })])).toMatchObject([{ connection: null, refers: false }]);
    expect(planImport([keyed("1", { reference: "file:/f#/token" })])).toMatchObject([{ connection: "default", refers: false }]);
  });

  it("stores one value once, also when another file has it too", () => {
    const [, second] = planImport([keyed("1", { path: "/a" }), keyed("1", { path: "/b" })]);
    expect(second).toMatchObject({ connection: null, reason: "it is the same as in /a" });
    expect(namesOf([keyed("1"), keyed("1", { host: "git.acme.example" })])).toEqual(["default", "git.acme.example"]);
  });
});
