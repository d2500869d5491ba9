import { describe, expect, it } from "vitest";
import { twilio } from "../../../../../src/discover/sources/services/twilio.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Twilio CLI", () => {
  it("give their credentials", () => {
    expect(findIn(twilio)).toEqual([
      "twilio? basic api_secret|TWILIO_API_SECRET=$1 api_key|TWILIO_API_KEY=SK1 account_sid|TWILIO_ACCOUNT_SID=AC1 account:main ~/.twilio-cli/config.json#/profiles/main/apiSecret",
    ]);
  });
});
