import { describe, expect, it } from "vitest";
import type { AuditRecord } from "../../../../src/audit/sink.ts";
import type { Connection } from "../../../../src/core/connection.ts";
import { acceptComputed, requireComputed } from "../../../../src/daemon/logins/accept-computed.ts";
import type { DaemonParts } from "../../../../src/daemon/parts.ts";
import { sampleProvider } from "../../../support/sample-provider.ts";
import { tempProfile } from "../../store/temp-profile.ts";
import { failure, openJwt, PEM } from "../../oauth/computed/keys.ts";

const NOW_MS = 1_800_000_000_000;
const provider = sampleProvider({
  endpoints: [{ host: "{tenant}.acme.test" }],
  tenant: { example: "org-one.acme.test" },
  computed: [{ flow: "key-pair", howTo: "A key" }],
  examples: { match: ["GET https://a.acme.test/"], ignore: ["GET https://acme.test/"] },
});

function scene() {
  const { store } = tempProfile();
  const audited: AuditRecord[] = [];
  const profile = {
    name: "work",
    store,
    audit: { append: (record: AuditRecord) => audited.push(record) },
    changed: () => undefined,
    find: (ref: Connection) => store.connections.find(ref),
    connections: () => store.connections.list(),
  };
  const parts = {
    profiles: { ensure: () => Promise.resolve(profile), takeNotice: () => null },
    sendOAuth: () => Promise.reject(new Error("nobody is asked")),
    clock: { nowMs: () => NOW_MS },
  } as unknown as DaemonParts;
  const login = (values: Record<string, string>, force = false) =>
    acceptComputed({ profile: "work", provider, name: "default", flow: "key-pair", values, force }, parts);
  return { store, audited, login };
}

const typed = { host: "org-one.acme.test", user: "loader", private_key: PEM };
const ref = { provider: "acme", name: "default" };

describe("a login whose credential is computed", () => {
  it("stores the first credential and what the next are made from, bound to the host", async () => {
    const { store, audited, login } = scene();
    expect(await login(typed)).toMatchObject({ ...ref, replaced: false });
    expect(store.connections.find(ref)).toMatchObject({ kind: "oauth2", origins: [{ host: "org-one.acme.test", port: 443 }] });
    const token = store.connections.credential(ref)?.fields["key"]?.reveal() ?? "";
    expect(openJwt(token).claims["sub"]).toBe("ORG-ONE.LOADER");
    const source = store.connections.grant(ref)?.source;
    expect([source?.flow, source?.values["private_key"]?.reveal()]).toEqual(["key-pair", PEM]);
    expect(audited).toMatchObject([{ kind: "login", provider: "acme" }]);
    expect(JSON.stringify(audited)).not.toContain(PEM.split("\n")[1]);
  });

  it("is refused before anything is stored: a bad key, a field that is not known, a host of somebody else, a name that is taken", async () => {
    const { store, login } = scene();
    expect(await failure(() => login({ ...typed, private_key: "x" }))).toMatchObject({ code: "KEY_SHAPE", field: "private_key" });
    expect(await failure(() => login({ ...typed, secret_name: "x" }))).toMatchObject({ code: "FIELD_UNKNOWN" });
    expect(await failure(() => login({ ...typed, host: "org.evil.test" }))).toMatchObject({ code: "HOST_INVALID" });
    expect(store.connections.list()).toEqual([]);
    await login(typed);
    expect(await failure(() => login(typed))).toMatchObject({ code: "CONNECTION_EXISTS" });
    expect(await login(typed, true)).toMatchObject({ replaced: true });
  });

  it("needs a flow that the definition has", async () => {
    const refused = await failure(() => requireComputed(provider, "app"));
    expect(refused).toMatchObject({ code: "OAUTH_UNSUPPORTED", hint: "keyward login acme --flow key-pair" });
  });
});
