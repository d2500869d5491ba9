import { expect, it } from "vitest";
import { describeConnection } from "../../../src/core/connection.ts";

it("names provider and connection as people read them", () => {
  expect(describeConnection({ provider: "openai", name: "work" })).toBe("openai (work)");
});
