import { describe, expect, it } from "vitest";
import { upstash } from "../../../../../src/discover/sources/data/upstash.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Upstash CLI", () => {
  it("give their credentials", () => {
    expect(findIn(upstash)).toEqual(["upstash basic key|UPSTASH_API_KEY=$1 email|UPSTASH_EMAIL=me@acme.example ~/.upstash.json#/apiKey"]);
  });
});
