import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { definitionOf } from "../../../src/discover/naming/provider-name.ts";
import type { Entry, Source } from "../../../src/discover/source.ts";
import { SOURCES } from "../../../src/discover/sources.ts";

const url = (path: string): URL => new URL(`../../../${path}`, import.meta.url);

function fieldsOf(definition: string): string[] {
  const { fields, endpoints } = JSON.parse(readFileSync(url(`providers/${definition}.json`), "utf8")) as {
    fields: { name: string }[];
    endpoints: { host: string }[];
  };
  return [...fields.map(({ name }) => name), ...(endpoints.some(({ host }) => host.includes("{tenant}")) ? ["host"] : [])];
}

const named = (source: Source): [Source, Entry, string][] =>
  source.entries.flatMap((entry): [Source, Entry, string][] => {
    const provider = typeof entry.provider === "string" ? entry.provider : null;
    const definition = provider === null || entry.noDefinition === true ? null : definitionOf(provider, source.speaksOfModels === true);
    return definition === null || ["service_account", "reference", "mtls"].includes(String(entry.kind))
      ? []
      : [[source, entry, definition]];
  });

describe("the sources", () => {
  it("begin with the eight whose order is settled", () => {
    expect(SOURCES.slice(0, 8).map(({ id, priority }) => [priority, id])).toEqual([
      [500, "claude-api-key"],
      [400, "claude-oauth"],
      [300, "codex"],
      [290, "amika-env-cache"],
      [280, "amika-keychain"],
      [270, "amika-oauth"],
      [200, "opencode"],
      [100, "amp-legacy"],
    ]);
    expect(SOURCES.slice(8).filter(({ priority }) => priority >= 100)).toEqual([]);
  });

  it("are every file below sources/, under the name of the file", () => {
    const files = readdirSync(url("src/discover/sources"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    expect(SOURCES.map(({ id }) => id).sort()).toEqual(files.map((file) => file.replace(/^.*\/|\.ts$/g, "")).sort());
  });

  it("have an id each, and a fixture", () => {
    expect(new Set(SOURCES.map(({ id }) => id)).size).toBe(SOURCES.length);
    const fixtures = readdirSync(url("test/fixtures/discover"));
    expect(SOURCES.map(({ id }) => id).filter((id) => !fixtures.includes(id))).toEqual([]);
  });

  it("name places that can be found and pointers that begin at the root", () => {
    const places = SOURCES.flatMap((source) => source.places.map(({ path }) => path));
    expect(places.filter((path) => !/^(?:~\/|\$[A-Z_]+(?:\/|$)|%[A-Z]+%\/)/.test(path))).toEqual([]);
    const pointers = SOURCES.flatMap((source) => source.entries.map(({ at }) => at));
    expect(pointers.filter((at) => at !== "" && !at.startsWith("/"))).toEqual([]);
  });

  it.each(SOURCES.flatMap(named).map(([source, entry, definition]) => [source.id, entry.at, definition, entry] as const))(
    "%s %s: has only fields that the definition of %s has",
    (_id, _at, definition, entry) => {
      const fields = [entry.field ?? "key", ...Object.keys(entry.beside ?? {})];
      expect(fields.filter((field) => !fieldsOf(definition).includes(field))).toEqual([]);
    },
  );
});
