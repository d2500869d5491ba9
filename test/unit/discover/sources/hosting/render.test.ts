import { describe, expect, it } from "vitest";
import { render } from "../../../../../src/discover/sources/hosting/render.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Render CLI", () => {
  it("give their credentials", () => {
    expect(findIn(render)).toEqual(["render oauth key|RENDER_API_KEY=$1 ends rotates ~/.render/cli.yaml#/api/key"]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(render, { oauth: false })).toEqual([]);
  });
});
