// The matrix of `npm run e2e` is worth something only if its rows can fail: each way of failing is played here once with curl.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithClients } from "../support/clients.ts";
import { readClients } from "./matrix/clients.mjs";
import { Theatre } from "./matrix/theatre.mjs";

const MODELS = "https://api.openai.com/v1/models";
const CALL = `-H "Authorization: Bearer $OPENAI_API_KEY" ${MODELS}`;

it("every client's file has the form that the matrix reads, every agent its recipe, and every one its row in the document", async () => {
  const clients = await readClients();
  expect(clients.length).toBeGreaterThan(50);
  expect(new Set(clients.map((client) => client.id)).size).toBe(clients.length);
  expect(clients.filter(({ npm, version }) => npm === undefined && version === undefined).map(({ id }) => id)).toEqual([]);
  const told = readFileSync(new URL("../../docs/clients.md", import.meta.url), "utf8");
  expect(clients.filter(({ title }) => !told.includes(`| ${title} |`)).map(({ title }) => title)).toEqual([]);
  const pins = clients.flatMap(({ npm }) => Object.values<string>(npm ?? {}));
  expect(pins.filter((pin) => !/^\d+\.\d+\.\d+$/.test(pin))).toEqual([]);
});

describeWithClients(["curl"], "a row of the matrix", () => {
  const theatre = new Theatre();
  beforeAll(() => theatre.open());
  afterAll(() => theatre.close());

  let count = 0;
  const play = (command: string, more: object = {}): Promise<{ verdict: string; note: string }> => {
    const client = { id: `case-${++count}`, group: "tools", title: "curl", fake: "openai", command: ["sh", "-c", command], ...more };
    return theatre.perform(client, { version: "", directory: null });
  };

  it("passes when the API got the key", async () => {
    expect(await play(`curl -sS ${CALL}`)).toMatchObject({ verdict: "pass", routed: true, trusted: true, injected: true });
  });

  it.each([
    [
      "the client sends something else",
      `curl -sS -H "Authorization: Bearer other" ${MODELS}; echo PONG`,
      /^the key did not arrive in its place/,
    ],
    ["the client goes around the proxy", `curl -sS --noproxy '*' --max-time 5 ${CALL}; echo PONG`, /^it went around the proxy$/],
    ["the client distrusts the CA", `curl -sS --cacert ../../upstream-ca.pem ${CALL}; echo PONG`, /^it does not trust the CA$/],
    ["the client fails all the same", `curl -sS ${CALL}; exit 3`, /^it ended with 3$/],
    ["the client did not understand the answer", `curl -sS -o out ${CALL}`, /^it did not print PONG$/],
  ])("fails when %s", async (_what, command, note) => {
    expect(await play(command)).toMatchObject({ verdict: "FAIL", note: expect.stringMatching(note) as string });
  });

  it("fails when the wrong request carried the key", async () => {
    expect(await play(`curl -sS ${CALL}`, { sees: "POST /v1/responses" })).toMatchObject({ verdict: "FAIL" });
  });

  it.each([
    ["prints", (key: string) => `curl -sS ${CALL}; echo ${key}`],
    ["writes", (key: string) => `curl -sS ${CALL}; mkdir -p "$HOME/deep/er"; echo ${key} > "$HOME/deep/er/file"`],
  ])("fails when the client %s the real key", async (_verb, command) => {
    expect(await play(command(String(theatre.keyOf("openai"))))).toMatchObject({
      verdict: "FAIL",
      note: "the client got the real key of openai",
    });
  });

  it("holds a known limit to its word", async () => {
    expect(await play(`curl -sS --noproxy '*' ${CALL}`, { limit: "uses no proxy" })).toMatchObject({ verdict: "known limit" });
    expect(await play(`curl -sS ${CALL}`, { limit: "uses no proxy" })).toMatchObject({ verdict: "FAIL" });
  });
});
