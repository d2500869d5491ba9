import { expect, it } from "vitest";
import { invalid, unavailable, unreachable } from "../../../src/backends/backend.ts";

it("tells what is wrong with a reference, what is missing and what may work later apart", () => {
  expect(invalid({ example: "env:NAME" }, "no name")).toMatchObject({
    code: "BACKEND_INVALID",
    exitCode: 2,
    hint: expect.stringContaining("env:NAME"),
  });
  expect(unavailable("not there")).toMatchObject({ code: "SECRET_UNAVAILABLE", exitCode: 7 });
  expect(unreachable("sealed", "unseal it")).toMatchObject({ code: "BACKEND_UNREACHABLE", exitCode: 6, hint: "unseal it" });
});
