import { describe, expect, it } from "vitest";
import { type ProjectFile, parseProjectFile } from "../../../../src/cli/run/project-file.ts";
import { selectConnections } from "../../../../src/cli/run/request.ts";

const project = (content: object): ProjectFile => parseProjectFile("keyward.json", JSON.stringify(content));
const OPENAI_TEAM = project({ connections: { openai: "team" } });

describe("selectConnections", () => {
  it("binds everything when nothing is said", () => {
    expect(selectConnections({}, null)).toEqual({ connections: [], providers: [] });
  });

  it("keeps several connections of one provider in order, the first being its default", () => {
    const connection = ["openai=work", "openai=home", "github=default"];
    expect(selectConnections({ connection }, null).connections).toEqual([
      { provider: "openai", name: "work" },
      { provider: "openai", name: "home" },
      { provider: "github", name: "default" },
    ]);
  });

  it("uses the project's name for a provider unless another was typed", () => {
    expect(selectConnections({}, OPENAI_TEAM).connections).toEqual([{ provider: "openai", name: "team" }]);
    expect(selectConnections({ connection: ["openai=work"] }, OPENAI_TEAM).connections).toEqual([{ provider: "openai", name: "work" }]);
    expect(selectConnections({ provider: ["openai"] }, OPENAI_TEAM)).toEqual({
      connections: [{ provider: "openai", name: "team" }],
      providers: ["openai"],
    });
  });

  it("binds nothing more by a project's name for a provider that was not asked for", () => {
    expect(selectConnections({ provider: ["github"] }, OPENAI_TEAM)).toEqual({ connections: [], providers: ["github"] });
  });

  it("lets --provider go before the project's list", () => {
    const listed = project({ providers: ["openai", "github"] });
    expect(selectConnections({}, listed).providers).toEqual(["openai", "github"]);
    expect(selectConnections({ provider: ["stripe", "stripe"] }, listed).providers).toEqual(["stripe"]);
  });

  it.each([[{ connection: ["openai"] }], [{ connection: ["=work"] }], [{ connection: ["openai=A B"] }], [{ provider: ["Open AI"] }]])(
    "refuses %j",
    (args) => {
      expect(() => selectConnections(args, null)).toThrow();
    },
  );
});
