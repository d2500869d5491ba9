import { describe, expect, it } from "vitest";
import { npm } from "../../../../../src/discover/sources/packages/npm.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of npm / pnpm", () => {
  it("give their credentials", () => {
    expect(findIn(npm)).toEqual([
      "npm-acme-example? api_key key=$2 host:npm.acme.example ~/.npmrc#/~1~1npm.acme.example~1team~1:_authToken",
      "registry-npm-acme-example? api_key key=$4 host:registry.npm.acme.example ~/.npmrc#/~1~1registry.npm.acme.example~1:_authToken",
      "npm? api_key key|NPM_TOKEN|NODE_AUTH_TOKEN=$1 ~/.npmrc#/~1~1registry.npm.example~1:_authToken",
      "registry-npmmirror-example? api_key key=$3 host:registry.npmmirror.example ~/.npmrc#/~1~1registry.npmmirror.example~1:_authToken",
    ]);
  });
});
