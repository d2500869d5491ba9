import { expect, it } from "vitest";
import { effectiveScopes, expandScopes, isScope, ROLE_SCOPES, SCOPE_SETS, SCOPES } from "../../../../src/hub/tokens/scopes.ts";

it("gives each role what the lesser one has, and only admins what administers", () => {
  const { viewer, member, admin, owner } = ROLE_SCOPES;
  for (const [lesser, greater] of [
    [viewer, member],
    [member, admin],
    [admin, owner],
  ] as const)
    expect(lesser.filter((scope) => !greater.includes(scope))).toEqual([]);
  expect(member.filter((scope) => /admin|audit/.test(scope))).toEqual([]);
  expect(viewer).not.toContain("secrets:access");
});

it("expands sets, keeps the order, takes each once, and refuses the whole list for one unknown name", () => {
  expect(expandScopes(["audit:read", "cli", "audit:read", "secrets:read"])).toEqual(["audit:read", ...(SCOPE_SETS["cli"] ?? [])]);
  expect(expandScopes(["cli", "root"])).toBeNull();
  expect(expandScopes([])).toEqual([]);
  expect(expandScopes(["constructor"])).toBeNull();
  expect([isScope("admin"), isScope("toString"), isScope("")]).toEqual([true, false, false]);
});

it("leaves of a login what the role has, and lets admin stand for all of an admin's role only", () => {
  expect(effectiveScopes("viewer", ["admin"])).toEqual([]);
  expect(effectiveScopes("member", ["admin", "secrets:read"])).toEqual(["secrets:read"]);
  expect(effectiveScopes("admin", ["admin"])).toEqual(Object.keys(SCOPES));
  expect(effectiveScopes("owner", ["secrets:read", "sync:pull"])).toEqual(["secrets:read", "sync:pull"]);
});
