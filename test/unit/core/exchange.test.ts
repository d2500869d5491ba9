import { expect, it } from "vitest";
import { ownPort } from "../../../src/core/exchange.ts";

it("knows the port that a scheme goes to when none is named", () => {
  expect(ownPort("https")).toBe(443);
  expect(ownPort("http")).toBe(80);
});
