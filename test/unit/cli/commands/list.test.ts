import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

const EXPECTED = [
  "PROVIDER  CONNECTION  KIND     STATUS     EXPIRES     LAST USED",
  "openai    default *   API key  connected  never       2 hours ago",
  "openai    work        API key  expired    1 hour ago  never",
  "* the provider's default connection",
  "",
].join("\n");

describe("list", () => {
  it("prints a plain table into a pipe", async () => {
    expect(await keyward(["list"], { answers: ANSWERS })).toMatchObject({ status: 0, stdout: EXPECTED, stderr: "" });
  });

  it("colours on a terminal only, and the text stays the same", async () => {
    const tty = { answers: ANSWERS, stdoutTty: true, columns: 120 };
    const coloured = (await keyward(["list"], tty)).stdout;
    expect(coloured).toContain("\u001b[32mconnected\u001b[0m");
    expect(stripVTControlCharacters(coloured)).toBe(EXPECTED);
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) expect((await keyward(["list"], { ...tty, env })).stdout).toBe(EXPECTED);
    expect((await keyward(["list", "--no-color"], tty)).stdout).toBe(EXPECTED);
  });

  it("names the next command when there is nothing", async () => {
    const done = await keyward(["list"], { answers: { "connection.list": { connections: [], notice: null } } });
    expect(done.stdout).toMatch(/^no connections yet\nnext: keyward login /);
    const json = await keyward(["list", "--json"], { answers: { "connection.list": { connections: [], notice: null } } });
    expect(json.stdout).toBe('{"connections":[],"notice":null}\n');
  });
});
