import { describe, expect, it } from "vitest";
import { completionModel } from "../../../../src/cli/completion/model.ts";
import { COMMAND_NAMES, GROUPS, loadCommand } from "../../../../src/cli/registry.ts";

describe("completionModel", () => {
  it("knows what stands where", async () => {
    const model = completionModel(await Promise.all(COMMAND_NAMES.map(loadCommand)), GROUPS, ["openai"]);
    const find = (name: string) => model.commands.find((command) => command.name === name);
    const option = (name: string, flag: string) => find(name)?.options.find((one) => one.flag === flag)?.values;
    expect(find("login")?.args).toEqual([{ kind: "providers" }]);
    expect(find("run")?.args).toEqual([{ kind: "commands" }]);
    expect(option("run", "--connection")).toEqual({ kind: "references" });
    expect(option("login", "--connection")).toEqual({ kind: "connections" });
    expect(option("login", "--force")).toBeNull();
    expect(option("creds check", "--secrets-file")).toEqual({ kind: "files" });
    expect(find("profile use")?.args).toEqual([{ kind: "profiles" }]);
    expect(find("config set")?.args[0]).toMatchObject({ kind: "words", words: expect.arrayContaining(["ui.port"]) as string[] });
  });
});
