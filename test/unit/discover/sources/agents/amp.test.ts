import { describe, expect, it } from "vitest";
import { amp } from "../../../../../src/discover/sources/agents/amp.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Amp (secrets.json)", () => {
  it("give their credentials", () => {
    expect(findIn(amp)).toEqual([
      "amp api_key key|AMP_API_KEY=$2 host:amp.acme.example ~/.local/share/amp/secrets.json#/apiKey@https:~1~1amp.acme.example~1",
      "amp api_key key|AMP_API_KEY=$1 ~/.local/share/amp/secrets.json#/apiKey@https:~1~1ampcode.com~1",
    ]);
  });
});
