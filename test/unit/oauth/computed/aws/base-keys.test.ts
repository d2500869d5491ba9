import { describe, expect, it } from "vitest";
import { readBaseKeys } from "../../../../../src/oauth/computed/aws/base-keys.ts";

// Made up here, so that no scanner takes them for keys.
const ID = `AKIA${"Q".repeat(16)}`;
const SECRET = "s/".repeat(20);
const TEMPORARY = `ASIA${"Q".repeat(16)}`;
const keys = { accessKeyId: ID, secretAccessKey: SECRET, sessionToken: "" };
const ini = (section: string, id = ID): string => `[${section}]\naws_access_key_id = ${id}\naws_secret_access_key=${SECRET}\n`;

describe("base keys", () => {
  it.each([
    ["the section that is meant", `${ini("other", `AKIA${"Z".repeat(16)}`)}\n${ini("default")}region = eu-west-1\n`],
    ["lines without a section", `aws_access_key_id=${ID}\naws_secret_access_key=${SECRET}`],
    ["exports, quoted, with Windows line ends", `export AWS_ACCESS_KEY_ID="${ID}"\r\nexport AWS_SECRET_ACCESS_KEY='${SECRET}'\r\n`],
    ["the console's CSV", `Access key ID,Secret access key\n${ID},${SECRET}\n`],
    ["what create-access-key prints", JSON.stringify({ AccessKey: { AccessKeyId: ID, SecretAccessKey: SECRET } })],
    ["JSON of its own", `\ufeff${JSON.stringify({ AccessKeyId: ID, SecretAccessKey: SECRET })}`],
  ])("are read from %s", (_what, text) => {
    expect(readBaseKeys(text, "default")).toEqual(keys);
  });

  it("may be temporary, with their session token", () => {
    const text = JSON.stringify({ Credentials: { AccessKeyId: TEMPORARY, SecretAccessKey: SECRET, SessionToken: "t+/=" } });
    expect(readBaseKeys(text, "default")).toEqual({ accessKeyId: TEMPORARY, secretAccessKey: SECRET, sessionToken: "t+/=" });
    expect(readBaseKeys(ini("default", TEMPORARY), "default")).toMatch(/session token is missing/);
  });

  it.each([
    ["hello", /no AWS keys/],
    ["{", /begins like JSON/],
    [ini("work"), /no profile of that name/],
    [`aws_access_key_id=${ID}\n`, /no AWS keys/],
    [ini("default", "AKIA"), /access key id/],
    [`aws_access_key_id=${ID}\naws_secret_access_key=not a secret key`, /secret access key/],
  ])("are not in %j", (text, why) => {
    expect(readBaseKeys(text, "default")).toMatch(why);
  });
});
