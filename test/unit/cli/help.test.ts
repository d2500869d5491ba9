import { describe, expect, it } from "vitest";
import { commandHelp, helpText } from "../../../src/cli/help.ts";
import { COMMAND_NAMES, GROUPS, loadCommand } from "../../../src/cli/registry.ts";

describe("helpText", () => {
  it("names every command somewhere from the start", async () => {
    const start = await helpText("");
    for (const name of COMMAND_NAMES.filter((candidate) => !candidate.includes(" ")))
      expect(start).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
    for (const [group, summary] of Object.entries(GROUPS)) {
      expect(start).toContain(summary);
      const verbs = COMMAND_NAMES.filter((name) => name.startsWith(`${group} `)).map((name) => name.slice(group.length + 1));
      const text = await helpText(group);
      for (const verb of verbs) expect(text).toMatch(new RegExp(`^  ${verb} +\\S`, "m"));
    }
  });

  it("fits a terminal of 120 columns in every place", async () => {
    for (const name of ["", ...COMMAND_NAMES, ...Object.keys(GROUPS)]) {
      const long = (await helpText(name)).split("\n").filter((line) => line.length > 120);
      expect(long).toEqual([]);
    }
  });

  it("refuses a name nothing has", async () => {
    await expect(helpText("lgoin")).rejects.toMatchObject({ code: "USAGE", hint: "did you mean keyward login?" });
  });
});

describe("commandHelp", () => {
  it("has usage, options, details and examples", async () => {
    const text = commandHelp(await loadCommand("login"));
    for (const part of [
      "Usage: keyward login [options] <provider>",
      "--from-env <var>",
      "A key is never an argument",
      "Examples:\n  keyward login openai",
    ]) {
      expect(text).toContain(part);
    }
  });
});
