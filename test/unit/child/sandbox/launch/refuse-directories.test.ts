import { closeSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { refuseDirectories } from "../../../../../src/child/sandbox/launch/refuse-directories.ts";

it("refuses a directory and says which of the three it is", () => {
  const [file, directory] = [openSync("/dev/null", "r"), openSync(tmpdir(), "r")];
  const refusal = { code: "SANDBOX_UNAVAILABLE", message: expect.stringContaining("standard output is a directory") };
  expect(() => refuseDirectories([file, directory, file])).toThrow(expect.objectContaining(refusal));
  closeSync(directory);
  expect(() => refuseDirectories([file, 9_999, file])).not.toThrow();
  closeSync(file);
});
