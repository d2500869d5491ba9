import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatEnvironment, formatRemoval } from "../../../../src/cli/text/quote.ts";

const NASTY = [
  "plain-Key_123",
  "two words",
  "it's",
  `"double"`,
  "$HOME `id` $(id) !x",
  "back\\slash\\n and trailing\\",
  "line one\nline two\n",
  "tab\tand\rreturn",
  "ünïcödé 🙂 ’ ‘ ‚ ‛",
  "#hash =equals",
  "",
  " spaces ",
  "'; rm -rf /; '",
];

/** What a shell has in the variable after it evaluated the text. */
function evaluated(shell: string, text: string): string {
  const done = spawnSync(shell, ["-c", 'eval "$1"; printf "%s" "$KEY"', shell, text], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
  });
  return done.stdout;
}

describe("formatEnvironment", () => {
  it.each(["/bin/sh", "/bin/bash"].filter((shell) => existsSync(shell)))("survives eval in %s", (shell) => {
    for (const value of NASTY) {
      expect(evaluated(shell, formatEnvironment({ KEY: value }, "shell").trimEnd())).toBe(value);
      expect(evaluated(shell, formatEnvironment({ KEY: value }, "env").trimEnd())).toBe(value);
    }
  });

  it("exports to programs in the shell format", () => {
    const text = formatEnvironment({ KEY: "a b" }, "shell");
    expect(spawnSync("/bin/sh", ["-c", `${text}printenv KEY`], { encoding: "utf8" }).stdout).toBe("a b\n");
  });

  it("leaves ordinary keys bare in env and dotenv, so that every reader takes them", () => {
    expect(formatEnvironment({ A: "sk-abc_1.2/3", B: "" }, "env")).toBe("A=sk-abc_1.2/3\nB=\n");
    expect(formatEnvironment({ A: "sk-abc_1.2/3" }, "dotenv")).toBe("A=sk-abc_1.2/3\n");
  });

  it("reaches node --env-file exactly, or is refused", () => {
    const directory = mkdtempSync(join(tmpdir(), "kw-dotenv-"));
    const file = join(directory, ".env");
    let written = 0;
    for (const value of NASTY) {
      try {
        writeFileSync(file, formatEnvironment({ KEY: value }, "dotenv"));
      } catch (error) {
        expect(String(error)).toContain("KEY");
        continue;
      }
      written += 1;
      const done = spawnSync(process.execPath, [`--env-file=${file}`, "-e", "process.stdout.write(process.env.KEY ?? '<unset>')"], {
        encoding: "utf8",
        env: {},
      });
      expect(done.stdout).toBe(value);
    }
    rmSync(directory, { recursive: true });
    expect(written).toBeGreaterThanOrEqual(NASTY.length - 2);
  });

  it("doubles every quote PowerShell knows, and escapes the two fish knows", () => {
    expect(formatEnvironment({ K: "it's ’x" }, "powershell")).toBe("$env:K = 'it''s ’’x'\n");
    expect(formatEnvironment({ K: "it's \\ $x" }, "fish")).toBe("set -gx K 'it\\'s \\\\ $x'\n");
  });

  it("undoes in PowerShell's and fish's rules for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const powershell = /^\$env:K = '([\s\S]*)'\n$/.exec(formatEnvironment({ K: value }, "powershell"))?.[1] ?? "";
        expect(powershell.replace(/(['\u2018-\u201b])\1/g, "$1")).toBe(value);
        expect(powershell.replace(/(['\u2018-\u201b])\1/g, "")).not.toMatch(/['\u2018-\u201b]/);
        const fish = /^set -gx K '([\s\S]*)'\n$/.exec(formatEnvironment({ K: value }, "fish"))?.[1] ?? "";
        expect(fish.replace(/\\([\\'])/g, "$1")).toBe(value);
        expect(fish.replace(/\\[\\']/g, "")).not.toMatch(/['\\]/);
      }),
    );
  });

  it("ends a github-actions value with a line nobody can guess", () => {
    const text = formatEnvironment({ K: "a\nK<<EOF\nb" }, "github-actions");
    const match = /^K<<(keyward_\w{24})\n([\s\S]*)\n\1\n$/.exec(text);
    expect(match?.[2]).toBe("a\nK<<EOF\nb");
    expect(formatEnvironment({ K: "a" }, "github-actions")).not.toBe(formatEnvironment({ K: "a" }, "github-actions"));
  });

  it("writes one JSON object", () => expect(JSON.parse(formatEnvironment({ A: "x\n", B: "y" }, "json"))).toEqual({ A: "x\n", B: "y" }));

  it("says how to remove a variable where the format can", () => {
    expect(formatRemoval("X", "shell")).toBe("unset X");
    expect(formatRemoval("X", "dotenv")).toBeNull();
  });
});
