import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findKnownLimit, readKnownLimits, requireKnownLimit } from "../../../../src/child/limits/known-limits.ts";

describe("findKnownLimit", () => {
  it.each([
    ["the program", ["wget2", "https://api.openai.com/"], "wget2"],
    ["its path", ["/usr/bin/s3cmd", "ls"], "s3cmd"],
    ["a wrapper's program", ["env", "-i", "A=1", "timeout", "-k", "5", "10s", "nice", "-n", "5", "wget2"], "wget2"],
    ["a program behind options with values", ["env", "-u", "A", "timeout", "-s", "KILL", "5", "stdbuf", "-o", "L", "aria2c"], "aria2c"],
  ])("knows %s", (_what, command, name) => {
    expect(findKnownLimit(command)).toMatch(new RegExp(`^${name} gets no key through keyward as it is: it .+; .+$`));
  });

  it("knows where a JVM is one", () => {
    expect(findKnownLimit(["java", "-jar", "x.jar"], "darwin")).toMatch(/^java gets no key through keyward as it is: it cannot send proxy/);
    expect(findKnownLimit(["java", "-jar", "x.jar"], "linux")).toBeNull();
  });

  it.each([
    ["another program", ["wget", "https://wget2.example/"]],
    ["an argument of that name", ["curl", "-o", "wget2", "https://api.openai.com/"]],
    ["a wrapper without a program", ["timeout", "5"]],
    ["nothing", []],
    ["a program already told the CA", ["aria2c", "--ca-certificate=/ca.pem", "https://api.openai.com/"]],
  ])("says nothing of %s", (_what, command) => {
    expect(findKnownLimit(command)).toBeNull();
  });
});

describe("the list of known limits", () => {
  const limits = readKnownLimits();

  it("has each id once, and an error for every other", () => {
    expect(new Set(limits.map(({ id }) => id)).size).toBe(limits.length);
    for (const { id, client } of limits) expect(requireKnownLimit(id).client).toBe(client);
    expect(() => requireKnownLimit("no-such")).toThrow("certs/limits.json has no limit 'no-such'");
  });

  it("has each program once, and a reason and a way around for everything", () => {
    const commands = limits.flatMap((limit) => limit.commands);
    expect(new Set(commands).size).toBe(commands.length);
    const wordless = limits.filter(({ client, problem, instead }) => [client, problem, instead].some((text) => !text.trim()));
    expect(wordless).toEqual([]);
  });

  it("is what docs/clients.md tells, line by line", () => {
    const told = readFileSync(new URL("../../../../docs/clients.md", import.meta.url), "utf8");
    const lines = limits.map(({ client, problem, instead }) => `| ${client} | ${problem} | ${instead} |`);
    const table = told.split("| client | reason | instead |\n| --- | --- | --- |\n")[1]?.split("\n\n")[0]?.trim();
    expect(table?.split("\n")).toEqual(lines);
  });
});
