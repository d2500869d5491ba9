import { expect, it } from "vitest";
import { describeFields, environmentNames } from "../../../../src/daemon/definitions/field-info.ts";
import { sampleProvider } from "../../../support/sample-provider.ts";
import { provider } from "../runs/stored.ts";

it("fields are described without their pattern, and all their names are found", () => {
  const twilio = provider("twilio", [
    { name: "sid", env: ["SID"], secret: false },
    { name: "token", env: ["TOKEN", "AUTH"] },
  ]);
  expect(describeFields(twilio)).toEqual([
    { name: "sid", label: "sid", secret: false, optional: false, env: ["SID"], hint: null },
    { name: "token", label: "token", secret: true, optional: false, env: ["TOKEN", "AUTH"], hint: null },
  ]);
  expect(environmentNames(twilio)).toEqual(["SID", "TOKEN", "AUTH"]);
});

it("the host of a provider whose users have their own is asked for first, by an example", () => {
  const acme = sampleProvider({
    endpoints: [{ host: "{tenant}.acme.test" }],
    tenant: { label: "Site", example: "eu.acme.test" },
    examples: { match: ["GET https://eu.acme.test/"], ignore: ["GET https://acme.test/"] },
  });
  expect(describeFields(acme)[0]).toEqual({
    name: "host",
    label: "Site",
    secret: false,
    optional: false,
    env: [],
    hint: "for example eu.acme.test",
  });
  expect(describeFields(acme)).toHaveLength(2);
});
