import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findNeeds } from "../../../../src/cli/project/find-needs.ts";
import { OLLAMA_ROW, OPENAI_ROW } from "../../../support/cli/sample-answers.ts";

const ROWS = [OLLAMA_ROW, OPENAI_ROW];

describe("findNeeds", () => {
  it("finds names in dotenv files, filled or not, and in the environment", () => {
    const directory = mkdtempSync(join(tmpdir(), "kw-needs-"));
    writeFileSync(join(directory, ".env.example"), "export OPENAI_API_KEY=\nOLLAMA_HOST=x\n");
    expect(findNeeds(directory, {}, ROWS).needs).toEqual([{ provider: "openai", because: "OPENAI_API_KEY in .env.example" }]);
    expect(findNeeds(tmpdir(), { CODEX_API_KEY: "1" }, ROWS).needs).toEqual([
      { provider: "openai", because: "CODEX_API_KEY in the environment" },
    ]);
  });

  it("takes no side when two providers share a name", () => {
    expect(findNeeds(tmpdir(), { OPENAI_API_KEY: "1" }, [OPENAI_ROW, { ...OPENAI_ROW, id: "other" }]).needs).toEqual([]);
  });

  it("leaves out what it cannot read, and says so", () => {
    const directory = mkdtempSync(join(tmpdir(), "kw-needs-"));
    writeFileSync(join(directory, ".env"), Buffer.alloc(10 * 1024 * 1024, "A=1\n"));
    writeFileSync(join(directory, ".env.local"), Buffer.from([0xff, 0xfe, 0, 1]));
    mkdirSync(join(directory, ".env.test"));
    expect(findNeeds(directory, {}, ROWS)).toEqual({ needs: [], unreadable: [".env", ".env.local"] });
    expect(findNeeds("/no/such/place", {}, ROWS).needs).toEqual([]);
  });
});
