import { describe, expect, it } from "vitest";
import { type Answers, keyward } from "../../../../support/cli/fake-world.ts";
import { OPENAI } from "../../../../support/cli/sample-answers.ts";

const ANSWERS: Answers = {
  "provider.list": { providers: [OPENAI], broken: [] },
  "provider.validate": { id: "acme", problems: [] },
  "provider.add": { id: "acme", path: "/h/providers/acme.json" },
};
type Called = readonly { readonly method: string; readonly params: unknown }[];
const added = (calls: Called): Record<string, unknown> | undefined => {
  const params = calls.find(({ method }) => method === "provider.add")?.params as { text: string } | undefined;
  return params === undefined ? undefined : (JSON.parse(params.text) as Record<string, unknown>);
};

describe("provider new", () => {
  it("takes everything from options", async () => {
    const argv = [
      "acme",
      "--host",
      "api.acme.com",
      "--host",
      "up.acme.com/v1",
      "--send",
      "header:X-Key",
      "--env",
      "ACME_KEY",
      "--name",
      "Acme Inc",
    ];
    const done = await keyward(["provider", "new", ...argv], { answers: ANSWERS });
    expect(done).toMatchObject({ status: 0, stdout: "added acme (/h/providers/acme.json)\nnext: keyward login acme\n", stderr: "" });
    expect(added(done.calls)).toMatchObject({
      id: "acme",
      name: "Acme Inc",
      category: "other",
      endpoints: [{ host: "api.acme.com" }, { host: "up.acme.com", paths: ["/v1/**"] }],
      fields: [{ name: "key", env: ["ACME_KEY"] }],
      inject: [[{ in: "header", name: "X-Key", templates: ["{key}"] }]],
    });
  });

  it("asks on a terminal for what is missing", async () => {
    const typed = ["acme\r", "api.acme.com, up.acme.com\r", "\r", "ACME_KEY ACME_TOKEN\r", "\r"];
    const done = await keyward(["provider", "new"], { answers: ANSWERS, typed });
    expect(done.status).toBe(0);
    expect(added(done.calls)).toMatchObject({
      id: "acme",
      endpoints: [{ host: "api.acme.com" }, { host: "up.acme.com" }],
      fields: [{ env: ["ACME_KEY", "ACME_TOKEN"] }],
      inject: [[{ in: "header", name: "Authorization" }]],
    });
  });

  it.each([
    [[], 4, "the id as an argument"],
    [["acme"], 4, "--host"],
    [["acme", "--host", "api.acme.com"], 4, "--send"],
    [["Not An Id"], 2, "the id of a provider"],
    [["openai", "--host", "x.test", "--send", "bearer"], 5, "add --force"],
    [["acme", "--host", "x y", "--send", "bearer"], 2, "a host is written like"],
  ])("without a terminal, %j ends with %i and says what to pass", async (argv, status, said) => {
    const done = await keyward(["provider", "new", ...argv], { answers: ANSWERS });
    expect(done.status).toBe(status);
    expect(done.stderr).toContain(said);
    expect(added(done.calls)).toBeUndefined();
  });

  it("says what is unsound before it keeps anything", async () => {
    const answers: Answers = { ...ANSWERS, "provider.validate": { id: "", problems: ["acme:5: endpoints[0].host: a wildcard over com"] } };
    const done = await keyward(["provider", "new", "acme", "--host", "*.com", "--send", "bearer"], { answers });
    expect(done).toMatchObject({ status: 2, stderr: expect.stringContaining("endpoints[0].host: a wildcard over com") as string });
    expect(added(done.calls)).toBeUndefined();
  });

  it("prints the definition with --print and keeps nothing", async () => {
    const done = await keyward(["provider", "new", "acme", "--host", "api.acme.com", "--send", "bearer", "--print"], { answers: ANSWERS });
    expect(JSON.parse(done.stdout)).toMatchObject({ id: "acme" });
    expect(done.stdout).toMatch(/^\{\n {2}"\$schema"/);
    expect(added(done.calls)).toBeUndefined();
  });
});
