// A connection that refers to a secret of the vault, from the command to the upstream: the child never has the value, the upstream does.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeKey, openScene, type Scene } from "../support/scene.ts";

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene.close());

/** A child that prints its key and asks the upstream with it. */
const CHILD = [
  "sh",
  "-c",
  'printf "%s\\n" "$OPENAI_API_KEY"; curl -sS -o /dev/null -w "%{http_code}\\n" -H "Authorization: Bearer $OPENAI_API_KEY" https://api.openai.com/v1/models',
];

function lastAuthorization(): string | string[] | undefined {
  return scene.upstream.requests.at(-1)?.headers["authorization"];
}

describe("a secret of the vault", () => {
  it("reaches the upstream and nobody else, and its new version with the next request", async () => {
    const { home } = scene;
    const [first, second] = [makeKey("openai"), makeKey("openai")];
    scene.keys.push(first, second);
    await home.succeed(["vault", "put", "OPENAI_TEAM", "--stdin"], { stdin: `${first}\n` });
    await home.succeed([
      "connection",
      "set",
      "--id",
      "team",
      "--kind",
      "llm",
      "--label",
      "Team",
      "--provider",
      "openai",
      "--secret-id",
      "OPENAI_TEAM",
    ]);
    const once = await home.succeed(["run", "--", ...CHILD]);
    expect(once.stdout).toMatch(/^sk-\S+\n200\n$/);
    expect(lastAuthorization()).toBe(`Bearer ${first}`);
    await home.succeed(["vault", "put", "OPENAI_TEAM", "--stdin"], { stdin: second });
    await home.succeed(["run", "--", ...CHILD]);
    expect(lastAuthorization()).toBe(`Bearer ${second}`);
    for (const words of [
      ["vault", "list"],
      ["vault", "get", "OPENAI_TEAM"],
      ["connection", "list"],
      ["connection", "get", "team"],
      ["audit", "list"],
    ]) {
      await home.succeed(words);
      await home.succeed([...words, "--json"]);
    }
    await home.run(["vault", "rm", "OPENAI_TEAM", "--yes"]);
    scene.assertNoSecret();
  });

  it("kept in a variable or a file is read there, and what is missing is said before the child begins", async () => {
    const { home } = scene;
    const [inVariable, inFile] = [makeKey("openai"), makeKey("openai")];
    const path = join(home.root, "key-file");
    writeFileSync(path, inFile);
    await home.succeed(["vault", "put", "IN_VARIABLE", "--backend", "env:TEAM_KEY"]);
    await home.succeed(["vault", "put", "IN_FILE", "--backend", `file:${path}`]);
    await home.succeed(["login", "openai", "--secret", "IN_VARIABLE"]);
    const missing = await home.run(["run", "--", "true"]);
    expect(missing.exitCode).toBe(125);
    expect(missing.stderr).toContain("IN_VARIABLE for openai (default) (env): the variable TEAM_KEY is not set");
    const done = await home.succeed(["run", "--", ...CHILD, "x"], { env: { TEAM_KEY: inVariable } });
    expect(lastAuthorization()).toBe(`Bearer ${inVariable}`);
    expect(done.stdout).not.toContain(inVariable);
    const seen = await home.succeed(["run", "--", "sh", "-c", 'printf %s "$TEAM_KEY"'], { env: { TEAM_KEY: inVariable } });
    expect(seen.stdout).not.toContain(inVariable);
    await home.succeed(["login", "openai", "--secret", "IN_FILE", "--force"]);
    await home.succeed(["run", "--", ...CHILD]);
    expect(lastAuthorization()).toBe(`Bearer ${inFile}`);
    expect(done.stderr).not.toContain(inFile);
  });

  it("that an allowed keyward.json refers to is filled in, and every one that is missing is named", async () => {
    const { home } = scene;
    const password = makeKey("openai");
    home.write("keyward.json", JSON.stringify({ env: { DB_URL: "pg://u:${vault:DB_PASSWORD}@db/${vault:DB_NAME}" } }));
    const asked = await home.run(["run", "--", "true"]);
    expect([asked.exitCode, asked.stderr.includes("keyward allow")]).toEqual([125, true]);
    await home.succeed(["allow"]);
    const missing = await home.run(["run", "--", "true"]);
    expect(missing.stderr).toContain("DB_NAME is not in the vault; DB_PASSWORD is not in the vault");
    await home.succeed(["vault", "put", "DB_PASSWORD", "--stdin"], { stdin: password });
    await home.succeed(["vault", "put", "DB_NAME", "--stdin"], { stdin: "orders" });
    const path = join(home.root, "seen");
    await home.succeed(["run", "--", "sh", "-c", `printf %s "$DB_URL" > ${path}`]);
    expect(readFileSync(path, "utf8")).toBe(`pg://u:${password}@db/orders`);
  });
});
