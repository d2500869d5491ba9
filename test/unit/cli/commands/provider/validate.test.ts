import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Answers, keyward } from "../../../../support/cli/fake-world.ts";

const directory = mkdtempSync(join(tmpdir(), "kw-validate-"));

describe("provider validate", () => {
  it("names every problem with its file and ends with 2", async () => {
    const answers: Answers = {
      "provider.validate": ({ path }) => ({ id: "x", problems: path.endsWith("bad.json") ? ["line 3: id: missing"] : [] }),
    };
    writeFileSync(join(directory, "good.json"), "{}");
    writeFileSync(join(directory, "bad.json"), "{}");
    const done = await keyward(["provider", "validate", "good.json", "bad.json"], { answers, cwd: directory });
    expect(done).toMatchObject({ status: 2, stdout: "good.json: ok (x)\nbad.json: line 3: id: missing\n" });
  });
});
