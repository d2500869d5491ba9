import { describe, expect, it } from "vitest";
import { stripe } from "../../../../../src/discover/sources/services/stripe.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Stripe CLI", () => {
  it("give their credentials", () => {
    expect(findIn(stripe)).toEqual([
      "stripe api_key key|STRIPE_API_KEY=$2 account:default ends ~/.config/stripe/config.toml#/default/test_mode_api_key",
    ]);
  });
});
