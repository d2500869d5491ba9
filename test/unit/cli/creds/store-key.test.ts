import { describe, expect, it } from "vitest";
import type { CatalogueRow } from "../../../../src/control/api/creds.ts";
import { findOwner } from "../../../../src/cli/creds/store-key.ts";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS, OPENAI_ROW, SECRET } from "../../../support/cli/sample-answers.ts";

const key = (name: string, field: string) => ({ name, names: [name], field, optional: false, pattern: null, secret: null });
const PAIR: CatalogueRow = {
  ...OPENAI_ROW,
  id: "pair",
  requiredKeys: ["PAIR_ID", "PAIR_KEY"],
  keys: [key("PAIR_ID", "id"), key("PAIR_KEY", "key")],
};
const rows = [OPENAI_ROW, PAIR];
const catalogue = { rows, profile: "default", profilePath: "/h/profiles/default.db", unreadable: null };
const put = ANSWERS["vault.put"];

describe("creds set", () => {
  it("makes a connection of the provider that declares the name, and names the path but not the value", async () => {
    const done = await keyward(["creds", "set", "CODEX_API_KEY", "--stdin"], {
      answers: { ...ANSWERS, "creds.catalogue": catalogue },
      stdin: `${SECRET}\n`,
    });
    expect(done).toMatchObject({ status: 0, stdout: "CODEX_API_KEY is stored in /h/profiles/default.db\n" });
    const call = done.calls.find(({ method }) => method === "connection.store");
    expect(call?.params).toMatchObject({ provider: "openai", fields: { key: SECRET }, force: true });
    expect(done.stdout + done.stderr).not.toContain(SECRET);
  });

  it("stores another shape when it is told to", async () => {
    const answers = { ...ANSWERS, "creds.catalogue": catalogue };
    for (const [words, anyShape] of [[[], false] as const, [["--any-shape"], true] as const]) {
      const done = await keyward(["creds", "set", "OPENAI_API_KEY", "--stdin", ...words], { answers, stdin: "odd" });
      expect(done.calls.find(({ method }) => method === "connection.store")?.params).toMatchObject({ checks: { anyShape } });
    }
  });

  it("drops one line end and nothing else", async () => {
    const done = await keyward(["creds", "set", "MY_OWN", "--stdin"], {
      answers: { ...ANSWERS, "creds.catalogue": catalogue },
      stdin: "  a b \r\n\r\n",
    });
    expect(done.calls.find(({ method }) => method === "vault.put")?.params).toMatchObject({ name: "MY_OWN", value: "  a b \r\n" });
  });

  it("keeps the parts of a credential in the vault until the last is there", async () => {
    const secrets = [{ name: "PAIR_ID" }] as never;
    const first = await keyward(["creds", "set", "PAIR_ID", "--stdin"], {
      answers: { ...ANSWERS, "creds.catalogue": catalogue, "vault.list": { secrets } },
      stdin: "1",
    });
    expect(first.stderr).toContain("pair also needs PAIR_KEY: keyward creds set PAIR_KEY");
    const both = [{ name: "PAIR_ID" }, { name: "PAIR_KEY" }] as never;
    const linked = { provider: "pair", name: "default", id: "con_1", replaced: false, notices: [] };
    const last = await keyward(["creds", "set", "PAIR_KEY", "--stdin"], {
      answers: { ...ANSWERS, "creds.catalogue": catalogue, "vault.put": put!, "vault.list": { secrets: both }, "connection.link": linked },
      stdin: "2",
    });
    expect(last.calls.find(({ method }) => method === "connection.link")?.params).toMatchObject({
      secrets: { id: "PAIR_ID", key: "PAIR_KEY" },
    });
  });

  it.each([
    [["creds", "set", "lower", "--stdin"], "x"],
    [["creds", "set", "1A", "--stdin"], "x"],
    [["creds", "set", "OPENAI_API_KEY"], "x"],
    [["creds", "set"], "x"],
    [["creds", "set", "--stdin"], "x"],
    [["creds", "set", "OPENAI_API_KEY", "--stdin"], ""],
    [["creds", "set", "OPENAI_API_KEY", "--stdin"], "\n"],
    [["creds", "set", "OPENAI_API_KEY", SECRET], ""],
  ])("refuses %j with 2 and stores nothing", async (words, stdin) => {
    const done = await keyward(words, { answers: { ...ANSWERS, "creds.catalogue": catalogue }, stdin });
    expect(done.status).toBe(2);
    expect(done.calls.filter(({ method }) => method !== "creds.catalogue")).toEqual([]);
    expect(done.stderr).not.toContain(SECRET);
  });

  it("asks on a terminal for provider and keys", async () => {
    const done = await keyward(["creds", "set"], {
      answers: { ...ANSWERS, "creds.catalogue": catalogue },
      typed: ["openai\r", `${SECRET}\r`],
    });
    expect(done.status).toBe(0);
    expect(done.calls.find(({ method }) => method === "connection.store")?.params).toMatchObject({ fields: { key: SECRET } });
    expect(done.stderr).not.toContain(SECRET);
  });
});

describe("findOwner", () => {
  it("asks which provider when two declare the name", () => {
    const twice = [OPENAI_ROW, { ...OPENAI_ROW, id: "other" }];
    expect(() => findOwner({ key: "OPENAI_API_KEY", rows: twice, provider: null })).toThrow("openai and other both declare OPENAI_API_KEY");
    expect(findOwner({ key: "OPENAI_API_KEY", rows: twice, provider: "other" })?.row.id).toBe("other");
  });
});
