import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FakeOptions, type Finished, keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

const REAL = "real-secret-of-the-user";

async function dryRun(options: {
  env: Record<string, string>;
  files?: Record<string, string>;
  args?: readonly string[];
}): Promise<Finished> {
  const cwd = mkdtempSync(join(tmpdir(), "kw-sweep-"));
  const ca = join(cwd, "ca.pem");
  writeFileSync(ca, "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n");
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(cwd, name), text);
  const answers: FakeOptions["answers"] = {
    ...ANSWERS,
    "run.start": { ...(ANSWERS["run.start"] as object), caCertificatePath: ca } as never,
    "run.sweep": ({ values, files }) => ({
      replace: Object.fromEntries(
        Object.entries(values).flatMap(([name, text]) => (text.includes(REAL) ? [[name, text.replace(REAL, "placeholder-9")]] : [])),
      ),
      files: files.filter(({ text }) => text.includes(REAL)).map(({ name }) => name),
    }),
  };
  return keyward(["run", "--dry-env", ...(options.args ?? [])], { answers, cwd, env: options.env });
}

describe("the sweep", () => {
  it("gives placeholders for secrets under any name and names them, without a value", async () => {
    const done = await dryRun({ env: { MY_KEY: REAL, DATABASE_URL: `x://u:${REAL}@h`, EDITOR: "vi" } });
    expect(done.stdout).toContain("export MY_KEY='placeholder-9'\n");
    expect(done.stdout).toContain("export DATABASE_URL='x://u:placeholder-9@h'\n");
    expect(done.stderr).toContain("warning: DATABASE_URL, MY_KEY held a stored secret; the program gets its placeholder instead\n");
    expect(done.stdout + done.stderr).not.toContain(REAL);
  });

  it("asks about nothing that the run sets or the user keeps", async () => {
    const done = await dryRun({ env: { OPENAI_API_KEY: REAL, KEPT: REAL }, args: ["--keep-env", "KEPT"] });
    expect(done.calls.filter(({ method }) => method === "run.sweep")).toEqual([]);
    expect(done.stderr).not.toContain("held a stored secret");
  });

  it("warns of files in the directory that hold one", async () => {
    const done = await dryRun({ env: {}, files: { ".env": `KEY=${REAL}\n`, ".netrc": "machine h login me password none\n" } });
    expect(done.stderr).toContain("warning: .env in this directory holds a stored secret, which the program can read");
    expect(done.stderr).not.toContain(".netrc");
    expect(done.stdout + done.stderr).not.toContain(REAL);
  });
});
