import { describe, expect, it } from "vitest";
import type { GivenPair } from "../../../../src/control/api/run.ts";
import { addGiven, addNamed, makeGiven, selectGiven } from "../../../../src/daemon/runs/given.ts";
import { selectConnections } from "../../../../src/daemon/runs/selection.ts";
import { connection, provider, selection, sources } from "./stored.ts";

const openai = provider("openai", [{ name: "key", env: ["OPENAI_API_KEY"] }]);
const twin = provider("twin", [
  { name: "id", env: ["TWIN_ID"] },
  { name: "key", env: ["TWIN_KEY"] },
]);
const one = provider("one", [{ name: "key", env: ["SHARED"] }]);
const two = provider("two", [{ name: "key", env: ["SHARED"] }]);
const ALL = [openai, twin, one, two];
const VALUE = `value-${"x".repeat(30)}`;
const SOURCES = {
  catalogue: { list: () => ALL },
  require: (id: string) => ALL.find((each) => each.id === id) ?? openai,
  taken: [],
  nowMs: 1,
};

function pair(name: string, owner: string | null = null): GivenPair {
  return { name, value: VALUE, provider: owner };
}

describe("makeGiven", () => {
  it("makes a connection in memory with a placeholder that is not the value", () => {
    const [given] = makeGiven([pair("OPENAI_API_KEY")], SOURCES);
    expect(given?.connection).toMatchObject({
      provider: "openai",
      name: expect.stringMatching(/^env-[a-z0-9]{8}$/) as string,
      kind: "api_key",
    });
    expect(given?.connection.placeholders["key"]).toBeTypeOf("string");
    expect(JSON.stringify(given)).not.toContain(VALUE);
    expect(given?.credential.fields["key"]?.reveal()).toBe(VALUE);
  });

  it("takes several variables together for one provider, and a variable that is the provider's by word only", () => {
    expect(makeGiven([pair("TWIN_ID"), pair("TWIN_KEY")], SOURCES)).toMatchObject([{ variables: { TWIN_ID: "id", TWIN_KEY: "key" } }]);
    expect(makeGiven([pair("MY_KEY", "openai")], SOURCES)).toMatchObject([{ variables: { MY_KEY: "key" } }]);
  });

  it.each([
    [pair("NOBODY"), "NOBODY cannot be bound: no provider declares this name"],
    [pair("SHARED"), "SHARED cannot be bound: declared by one and two"],
    [pair("TWIN_ID"), "TWIN_ID cannot be bound: twin also needs TWIN_KEY"],
    [pair("ELSE", "twin"), "twin has several fields and declares no ELSE"],
  ])("refuses %j and repeats no value", (wrong, message) => {
    expect(() => makeGiven([wrong], SOURCES)).toThrow(
      expect.objectContaining({ code: "USAGE", message: expect.stringContaining(message) as string }),
    );
  });
});

describe("what a run brings along", () => {
  it("goes before a stored connection of the same provider", () => {
    const given = makeGiven([pair("OPENAI_API_KEY")], SOURCES);
    const stored = [connection("openai", "default"), ...given.map((each) => each.connection)];
    const choices = selectConnections(selectGiven(selection(["openai=default"]), given), sources(stored, ALL));
    expect(choices.map(({ connection: { name }, isDefault }) => [name.slice(0, 3), isDefault])).toEqual([["env", true]]);
  });

  it("is a placeholder in every variable that was named", () => {
    const given = makeGiven([pair("MY_KEY", "openai")], SOURCES);
    const { env, placeholderNames } = addGiven({ env: { A: "1" }, placeholderNames: [] }, given);
    expect(env).toEqual({ A: "1", MY_KEY: given[0]?.connection.placeholders["key"] });
    expect(placeholderNames).toEqual(["MY_KEY"]);
  });
});

describe("addNamed", () => {
  const choices = selectConnections(selection(), sources([connection("openai", "default")], ALL));

  it("sets a project's own variables, and nothing for a provider that is not bound", () => {
    expect(addNamed({ env: {}, placeholderNames: [] }, { MY_KEY: "openai", X: "openai.key", Y: "twin" }, choices)).toEqual({
      env: { MY_KEY: "ph-openai-default", X: "ph-openai-default" },
      placeholderNames: ["MY_KEY", "X"],
    });
  });

  it("refuses a field there is not", () => {
    expect(() => addNamed({ env: {}, placeholderNames: [] }, { X: "openai.nope" }, choices)).toThrow(
      "keyward.json sets X from openai.nope",
    );
  });
});
