// Every source with its own fixture broken in every way: nothing throws, nothing of a file is in a problem, a cut value is no surprise.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSource } from "../../../src/discover/read-source.ts";
import { SOURCES } from "../../../src/discover/sources.ts";
import { NOW_MS, stageFixture } from "../../support/discover/stage-fixture.ts";

const HARM: Readonly<Record<string, (text: string) => string | Buffer>> = {
  "cut in half": (text) => text.slice(0, text.length / 2),
  empty: () => "",
  "only null": () => "null",
  "a list": () => "[1, [2], {}]",
  "deeply nested": () => `${"[".repeat(5000)}${"{a: ".repeat(500)}`,
  "binary junk": () => Buffer.from(Array.from({ length: 512 }, (_, at) => (at * 131 + 7) % 256)),
  "quotes everywhere": (text) => text.replace(/[:=]/g, "$&\"'"),
  "Windows line ends": (text) => text.replace(/\r?\n/g, "\r\n"),
  "one line": (text) => text.replace(/\s+/g, " "),
  "keys of every object": (text) => text.replace(/[A-Za-z_]+(?=["']?\s*[:=])/g, "__proto__"),
};

describe.each(Object.entries(HARM))("a file that is %s", (_what, harm) => {
  it.each(SOURCES.map((source) => [source.id, source] as const))("does no harm to %s", (id, source) => {
    const { home } = stageFixture(id);
    for (const name of readdirSync(home, { recursive: true, encoding: "utf8" })) {
      const path = join(home, name);
      if (statSync(path).isFile()) writeFileSync(path, harm(readFileSync(path, "utf8")));
    }
    const machine = { home, confined: true, environment: {}, platform: "linux" } as const;
    const { findings, problems } = readSource(source, { machine, nowMs: NOW_MS, oauth: true });
    expect(JSON.stringify(problems)).not.toContain("canary-");
    for (const { values } of findings) for (const { secret } of values) expect(secret.length).toBeGreaterThan(0);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
