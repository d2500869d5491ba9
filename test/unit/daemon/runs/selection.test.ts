import { describe, expect, it } from "vitest";
import { reselectConnections, selectConnections } from "../../../../src/daemon/runs/selection.ts";
import { connection, provider, selection, sources } from "./stored.ts";

const openai = provider("openai", [{ name: "key", env: ["OPENAI_API_KEY"] }]);
const github = provider("github", [{ name: "key", env: ["GITHUB_TOKEN"] }]);
const all = sources(
  [connection("openai", "default"), connection("openai", "work"), connection("github", "default"), connection("github", "bot")],
  [openai, github, provider("groq", [{ name: "key", env: ["GROQ_API_KEY"] }])],
);

function names(connections: string[], providers: string[]): string[] {
  return selectConnections(selection(connections, providers), all).map(
    ({ connection: { provider: id, name }, isDefault }) => `${id}=${name}${isDefault ? "*" : ""}`,
  );
}

describe("a selection", () => {
  it.each([
    ["nothing: everything, each provider with its default", [], [], ["github=default*", "github=bot", "openai=default*", "openai=work"]],
    ["--provider: that one with its default alone", [], ["openai"], ["openai=default*"]],
    ["--connection: that one, and the others with their defaults", ["openai=work"], [], ["github=default*", "openai=work*"]],
    [
      "two connections of one provider: both, the first is the default",
      ["openai=work", "openai=default"],
      ["openai"],
      ["openai=work*", "openai=default"],
    ],
    ["the same connection twice: once", ["openai=work", "openai=work"], ["openai"], ["openai=work*"]],
    ["--provider and --connection of another: both", ["openai=work"], ["github"], ["github=default*", "openai=work*"]],
  ] as const)("of %s", (...[, connections, providers, expected]) => {
    expect(names([...connections], [...providers])).toEqual(expected);
  });

  it.each([
    [["opnai=default"], [], "PROVIDER_UNKNOWN", "keyward provider list"],
    [[], ["opnai"], "PROVIDER_UNKNOWN", "keyward provider list"],
    [["openai=nope"], [], "LOGIN_REQUIRED", "keyward login openai --connection nope"],
    [["groq=default"], [], "LOGIN_REQUIRED", "keyward login groq"],
    [[], ["groq"], "LOGIN_REQUIRED", "keyward login groq"],
  ] as const)("of what is not there is refused: %j %j", (...[connections, providers, code, hint]) => {
    expect(() => names([...connections], [...providers])).toThrow(expect.objectContaining({ code, hint }));
  });

  it("of a misspelled provider says what was meant", () => {
    expect(() => names([], ["opnai"])).toThrow("did you mean openai?");
  });

  it("does not choose among connections when none is the default", () => {
    const undecided = sources([connection("openai", "a"), connection("openai", "b")], [openai]);
    for (const chosen of [selection(), selection([], ["openai"])]) {
      expect(() => selectConnections(chosen, undecided)).toThrow(
        expect.objectContaining({ code: "CONNECTION_AMBIGUOUS", hint: "keyward connection default openai a" }),
      );
    }
    expect(selectConnections(selection(["openai=b"]), undecided)).toHaveLength(1);
  });

  it("passes over a connection whose definition is gone, unless it was asked for", () => {
    const orphan = sources([connection("gone", "default"), connection("openai", "default")], [openai]);
    expect(selectConnections(selection(), orphan).map((choice) => choice.connection.provider)).toEqual(["openai"]);
    expect(() => selectConnections(selection([], ["gone"]), orphan)).toThrow(expect.objectContaining({ code: "PROVIDER_UNKNOWN" }));
  });

  it("made anew for a live run leaves out what is gone", () => {
    const left = sources([connection("github", "default")], [openai, github]);
    expect(reselectConnections(selection(["openai=work"], []), left).map((choice) => choice.connection.provider)).toEqual(["github"]);
  });
});
