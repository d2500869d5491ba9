import { describe, expect, it } from "vitest";
import { linkConnection, soleSecretField } from "../../../../src/daemon/vault/link-connection.ts";
import { bundledProvidersDirectory, loadProviders } from "../../../../src/providers/catalogue.ts";
import type { Provider } from "../../../../src/providers/schema.ts";
import { refusalOf } from "../../../support/backend-tools.ts";
import { vaultProfile } from "../../../support/vault-profile.ts";

const catalogue = loadProviders({ bundledDirectory: bundledProvidersDirectory(), customDirectory: "/keyward-no-such-directory" });
const find = (id: string): Provider => catalogue.get(id)!;
const link = (provider: string, secrets: Record<string, string>, fields: Record<string, string> = {}) => ({
  provider: find(provider),
  name: "team",
  secrets,
  fields,
  force: false,
});

describe("linking a connection to a secret", () => {
  it("binds it to hosts, gives it a placeholder and stores no value", async () => {
    const { profile, vault, put } = vaultProfile();
    const key = `sk-${"a1B2".repeat(12)}`;
    put("OPENAI_TEAM", key);
    expect(await linkConnection(profile, link("openai", { "": "OPENAI_TEAM" }), vault)).toMatchObject({
      provider: "openai",
      name: "team",
      notices: [],
    });
    const connection = profile.find({ provider: "openai", name: "team" })!;
    expect(connection.secrets).toEqual({ key: "OPENAI_TEAM" });
    expect(connection.origins).not.toEqual([]);
    expect(connection.placeholders["key"]).not.toContain(key);
    expect(profile.credential(connection)?.fields).toEqual({});
    expect(await refusalOf(linkConnection(profile, link("openai", { "": "OPENAI_TEAM" }), vault))).toContain("CONNECTION_EXISTS");
  });

  it("takes the fields that are no secret along", async () => {
    const { profile, vault, put } = vaultProfile();
    put("TWILIO", "0123456789abcdef".repeat(2));
    const twilio = find("twilio");
    const [secretField] = twilio.fields.filter(({ secret, optional }) => secret && !optional);
    const plain = Object.fromEntries(
      twilio.fields.filter(({ secret, optional }) => !secret && !optional).map(({ name }) => [name, `AC${"0a".repeat(16)}`]),
    );
    await linkConnection(profile, link("twilio", { [secretField!.name]: "TWILIO" }, plain), vault);
    expect(profile.find({ provider: "twilio", name: "team" })?.publicFields).toEqual(plain);
    expect(soleSecretField(twilio)).toBeNull();
    expect(soleSecretField(find("slack"))).not.toBeNull();
  });

  it("refuses a secret that is not there and a field that there is not, and warns of another shape", async () => {
    const { profile, vault, put } = vaultProfile();
    expect(await refusalOf(linkConnection(profile, link("openai", { "": "NONE" }), vault))).toContain("NONE is not in the vault");
    put("ODD", "not-a-key");
    expect(await refusalOf(linkConnection(profile, link("openai", { nope: "ODD" }), vault))).toContain("FIELD_UNKNOWN");
    const { notices } = await linkConnection(profile, link("openai", { "": "ODD" }), vault);
    expect(notices.join()).toContain("ODD does not look like a key");
    expect(notices.join()).not.toContain("not-a-key");
  });
});
