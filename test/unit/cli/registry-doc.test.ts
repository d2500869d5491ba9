import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COMMAND_NAMES, loadCommand } from "../../../src/cli/registry.ts";
import { ERRORS } from "../../../src/core/error-table.ts";
import { renderReference } from "../../support/cli/reference.ts";

const DOC = new URL("../../../docs/cli.md", import.meta.url);

describe("docs/cli.md", () => {
  it("equals the commands, settings and variables", async () => {
    await expect(renderReference(await Promise.all(COMMAND_NAMES.map(loadCommand)))).toMatchFileSnapshot(DOC.pathname);
  });

  it("lists every exit status of the error table", () => {
    const text = readFileSync(DOC, "utf8");
    for (const { exit } of Object.values(ERRORS))
      expect(text).toMatch(new RegExp(`^\\| ${exit} \\||\\b(?:125|126|${exit}) (?:means|that)`, "m"));
  });
});
