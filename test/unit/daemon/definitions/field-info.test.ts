import { expect, it } from "vitest";
import { describeFields, environmentNames } from "../../../../src/daemon/definitions/field-info.ts";
import { provider } from "../runs/stored.ts";

it("fields are described without their pattern, and all their names are found", () => {
  const twilio = provider("twilio", [
    { name: "sid", env: ["SID"], secret: false },
    { name: "token", env: ["TOKEN", "AUTH"] },
  ]);
  expect(describeFields(twilio)).toEqual([
    { name: "sid", label: "sid", secret: false, env: ["SID"], hint: null },
    { name: "token", label: "token", secret: true, env: ["TOKEN", "AUTH"], hint: null },
  ]);
  expect(environmentNames(twilio)).toEqual(["SID", "TOKEN", "AUTH"]);
});
