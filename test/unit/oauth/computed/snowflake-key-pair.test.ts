import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { normalizeAccount, snowflakeKeyPair } from "../../../../src/oauth/computed/snowflake-key-pair.ts";
import { context, failure, openJwt, PEM, RSA } from "./keys.ts";

const typed = { user: "loader", private_key: PEM };
const at = { ...context, host: "myorg-acct.snowflakecomputing.com" };
const nowMs = 1_800_000_000_500;

const sign = async (values: Record<string, string>, where = at) => {
  const source = { flow: "key-pair", values: snowflakeKeyPair.read(values, where) } as const;
  const request = { source, tokenUrl: "", refreshUrl: null, context: { name: "Snowflake", again: "x" } };
  const send = (): never => {
    throw new Error("nobody is asked");
  };
  return snowflakeKeyPair.obtain(request, { send, clock: { nowMs: () => nowMs } });
};

describe("Snowflake's key pair", () => {
  it("signs who the user is and with which key, for less than an hour", async () => {
    const { accessToken, expiresAtMs } = await sign(typed);
    const { header, claims } = openJwt(accessToken.reveal());
    const der = RSA.publicKey.export({ type: "spki", format: "der" });
    expect(header["alg"]).toBe("RS256");
    expect(claims).toEqual({
      iss: `MYORG-ACCT.LOADER.SHA256:${createHash("sha256").update(der).digest("base64")}`,
      sub: "MYORG-ACCT.LOADER",
      iat: 1_800_000_000,
      exp: 1_800_003_540,
    });
    expect(expiresAtMs).toBe(1_800_003_540_000);
  });

  it.each([
    ["myorg-account1", "MYORG-ACCOUNT1"],
    ["xy12345", "XY12345"],
    ["xy12345.eu-central-1", "XY12345"],
    ["xy12345.east-us-2.azure", "XY12345"],
    ["acme-x1y2z3.global", "ACME"],
    ["my_acct", "MY_ACCT"],
  ])("writes the account %s as %s", (given, written) => {
    expect(normalizeAccount(given)).toBe(written);
  });

  it("takes an account that is given over the host's", async () => {
    const { accessToken } = await sign({ ...typed, account: "xy12345.us-east-1" });
    expect(openJwt(accessToken.reveal()).claims["sub"]).toBe("XY12345.LOADER");
    const regional = await sign(typed, { ...at, host: "xy12345.eu-central-1.snowflakecomputing.com:443" });
    expect(openJwt(regional.accessToken.reveal()).claims["sub"]).toBe("XY12345.LOADER");
  });

  it.each([
    ["user", { ...typed, user: "" }],
    ["user", { ...typed, user: "two words" }],
    ["account", { ...typed, account: "https://x.test/" }],
    ["private_key", { ...typed, private_key: "" }],
  ])("refuses what it cannot use by the name of the input (%s)", async (field, values) => {
    expect((await failure(() => snowflakeKeyPair.read(values, at))).field).toBe(field);
  });
});
