import { describe, expect, it } from "vitest";
import { ngrok } from "../../../../../src/discover/sources/hosting/ngrok.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of ngrok", () => {
  it("give their credentials", () => {
    expect(findIn(ngrok)).toEqual(["ngrok api_key key|NGROK_API_KEY=$2 ~/.config/ngrok/ngrok.yml#/agent/api_key"]);
  });
});
