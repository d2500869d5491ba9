import { describe, expect, it } from "vitest";
import type { Connection } from "../../../../src/core/connection.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { connectionFault } from "../../../../src/daemon/definitions/connection-fault.ts";
import type { UnlockedProfile } from "../../../../src/daemon/profiles/unlocked-profile.ts";
import type { Provider } from "../../../../src/providers/schema.ts";
import { connection, provider } from "../runs/stored.ts";

const KEY = `acme-${"a1".repeat(8)}`;
const plain = provider("acme", [{ name: "key", env: ["ACME_KEY"] }]);
const acme: Provider = { ...plain, fields: plain.fields.map((field) => ({ ...field, pattern: "^acme-[a-z0-9]{16}$" })) };

/** A profile whose vault holds these; null = the value is kept elsewhere. */
function profileWith(values: Readonly<Record<string, string | null>>, grant: object | null = null): UnlockedProfile {
  const find = ({ scope, name }: { scope: string; name: string }) =>
    scope === "user" && Object.hasOwn(values, name) ? { id: name } : null;
  const content = ({ id }: { id: string }) => {
    const value = values[id] ?? null;
    return value === null ? { reference: "env:ELSEWHERE" } : { value: new Secret(value) };
  };
  return { store: { secrets: { find, content }, connections: { grant: () => grant } } } as unknown as UnlockedProfile;
}

function faultOf(change: Partial<Connection>, profile: UnlockedProfile, definition: Provider | null = acme): string | null {
  return connectionFault(connection("acme", "default", change), { profile, provider: definition, nowMs: 10 });
}

describe("connectionFault", () => {
  it("finds none in what is stored with the connection, whatever its shape: a login judged it", () => {
    expect(faultOf({}, profileWith({}))).toBeNull();
  });

  it("names a secret that is not in the vault any more", () => {
    expect(faultOf({ secrets: { key: "ACME" } }, profileWith({}))).toBe("its secret ACME is not in the vault");
  });

  it("names a secret that is no key of the provider, and asks no other place for one that is kept there", () => {
    expect(faultOf({ secrets: { key: "ACME" } }, profileWith({ ACME: "short" }))).toBe(
      "its secret ACME does not have the shape of the provider's keys",
    );
    expect(faultOf({ secrets: { key: "ACME" } }, profileWith({ ACME: KEY }))).toBeNull();
    expect(faultOf({ secrets: { key: "ACME" } }, profileWith({ ACME: null }))).toBeNull();
    const doubtful: Provider = { ...acme, fields: acme.fields.map((field) => ({ ...field, patternCheck: "ask" })) };
    expect(faultOf({ secrets: { key: "ACME" } }, profileWith({ ACME: "short" }), doubtful)).toBeNull();
    expect(faultOf({ secrets: { key: "ACME" } }, profileWith({ ACME: "short" }), null)).toBeNull();
  });

  it("says of a key and of a login that cannot be renewed that it has expired", () => {
    const ended = { expiresAtMs: 5 };
    expect(faultOf(ended, profileWith({}))).toBe("it has expired");
    expect(faultOf({ expiresAtMs: 11 }, profileWith({}))).toBeNull();
    expect(faultOf({ ...ended, kind: "oauth2" }, profileWith({}, null))).toBe("it has expired");
  });
});
