// Every bundled definition, as data: it parses, it is sound, its examples hold, its placeholder passes for a key.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makePlaceholder } from "../../../src/connections/placeholder.ts";
import { hostMatches } from "../../../src/core/host.ts";
import { bundledProvidersDirectory, loadProviders } from "../../../src/providers/catalogue.ts";
import { matchPlaces, ownsAuthority } from "../../../src/providers/match.ts";
import { parseProvider } from "../../../src/providers/parse-provider.ts";
import { runExamples } from "../../../src/providers/run-examples.ts";
import { type Provider, providerJsonSchema } from "../../../src/providers/schema.ts";

const directory = bundledProvidersDirectory();
const files = readdirSync(directory).filter((name) => name.endsWith(".json") && name !== "schema.json");
const catalogue = loadProviders({ bundledDirectory: directory, customDirectory: join(directory, "none") });

/** Those the project promises by name. */
const PROMISED =
  "openai anthropic google-gemini mistral groq openrouter cohere huggingface github gitlab stripe slack notion linear sendgrid twilio datadog tavily serper sentry cloudflare vercel replicate".split(
    " ",
  );

function provider(id: string): Provider {
  const found = catalogue.get(id);
  if (found === null) throw new Error(`no definition ${id}`);
  return found;
}

function placesOf(id: string, url: string): string[] {
  const { hostname, pathname } = new URL(url);
  const alternatives = matchPlaces(provider(id), { host: hostname, port: 443, path: pathname });
  return (alternatives ?? []).map((places) =>
    places.map((place) => (place.in === "basic" ? "basic" : `${place.in}:${place.name}`)).join("+"),
  );
}

describe("bundled definitions", () => {
  it("all load, and those that are promised are there", () => {
    expect(catalogue.broken).toEqual([]);
    expect(catalogue.list()).toHaveLength(files.length);
    expect(PROMISED.filter((id) => catalogue.get(id) === null)).toEqual([]);
  });

  it.each(files)("%s is sound and its examples hold", (file) => {
    const parsed = parseProvider(readFileSync(join(directory, file), "utf8"), file);
    expect(parsed.problems).toEqual([]);
    const found = parsed.provider as Provider;
    const report = runExamples(found);
    expect(report.failures).toEqual([]);
    expect(report.passed).toBe(found.examples.match.length + found.examples.ignore.length);
    expect(found.keysUrl).toMatch(/^https:/);
    expect(found.docsUrl).toMatch(/^https:/);
    expect(found.shadowsBundled).toBe(false);
  });

  it("have an example for one of their endpoints at least", () => {
    for (const { id, endpoints, examples } of catalogue.list()) {
      const hosts = examples.match.map((line) => new URL(line.split(" ")[1] ?? "").hostname);
      expect([id, endpoints.some((endpoint) => hosts.some((host) => hostMatches(endpoint.host, host)))]).toEqual([id, true]);
    }
  });

  it("no environment name and no origin belongs to two of them", () => {
    const names = catalogue.list().flatMap(({ fields }) => fields.flatMap(({ env }) => env));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    const origins = catalogue.list().flatMap(({ endpoints }) => endpoints.map(({ host, port }) => `${host}:${port}`));
    expect(origins.filter((origin, index) => origins.indexOf(origin) !== index)).toEqual([]);
  });

  it("every secret has an environment name and a placeholder that passes its pattern", () => {
    for (const { id, fields } of catalogue.list()) {
      for (const field of fields.filter(({ secret }) => secret)) {
        expect([id, field.env.length > 0]).toEqual([id, true]);
        const text = makePlaceholder(field, []);
        expect(text.length).toBeGreaterThanOrEqual(16);
        if (field.pattern !== undefined) expect(text).toMatch(new RegExp(field.pattern));
      }
    }
  });

  it("hold nothing that looks like a key: no long word of letters and digits", () => {
    for (const file of files) {
      const text = readFileSync(join(directory, file), "utf8");
      const suspects = text.match(/[A-Za-z0-9_-]{20,}/g) ?? [];
      const digits = suspects.filter((word) => /\d/.test(word) && /[a-z]/.test(word));
      expect([file, digits]).toEqual([file, []]);
    }
  });

  it("none of their credentials goes to a look-alike of its host", () => {
    for (const definition of catalogue.list()) {
      for (const { host } of definition.endpoints) {
        const exact = host.replace(/^\*{1,2}\./, "x.");
        const others = [`evil${exact}`, `${exact}.evil.test`, `x.${exact}`, exact.replace(".", "-")].filter(
          (other) => !definition.endpoints.some((endpoint) => endpoint.host === other),
        );
        for (const other of others) expect([other, ownsAuthority(definition, { host: other, port: 443 })]).toEqual([other, false]);
        for (const port of [80, 8443, 444]) expect(ownsAuthority(definition, { host: exact, port })).toBe(false);
      }
    }
  });

  it("the committed JSON Schema is the one the code makes", () => {
    expect(JSON.parse(readFileSync(join(directory, "schema.json"), "utf8"))).toEqual(JSON.parse(JSON.stringify(providerJsonSchema())));
  });
});

describe("definitions that have to be exact", () => {
  it("github: header and Basic on the API, Basic only on git's paths, nothing on web pages", () => {
    expect(placesOf("github", "https://api.github.com/user")).toEqual(["header:Authorization", "basic"]);
    expect(placesOf("github", "https://github.com/o/r.git/info/refs?service=git-upload-pack")).toEqual(["basic"]);
    expect(placesOf("github", "https://github.com/o/r/info/lfs/locks/verify")).toEqual(["basic"]);
    expect(matchPlaces(provider("github"), { host: "github.com", port: 443, path: "/o/r" })).toBeNull();
    expect(ownsAuthority(provider("github"), { host: "github.com", port: 443 })).toBe(true);
  });

  it("gitlab: PRIVATE-TOKEN first on the API, Basic on git's paths of any depth", () => {
    expect(placesOf("gitlab", "https://gitlab.com/api/v4/user")).toEqual(["header:PRIVATE-TOKEN", "header:Authorization"]);
    expect(placesOf("gitlab", "https://gitlab.com/a/b/c/d.git/git-receive-pack")).toEqual(["basic"]);
  });

  it("google-gemini: header, else the key parameter", () => {
    expect(placesOf("google-gemini", "https://generativelanguage.googleapis.com/v1beta/models")).toEqual([
      "header:x-goog-api-key",
      "query:key",
    ]);
  });

  it("datadog: two headers together on the API, one at the intake", () => {
    expect(placesOf("datadog", "https://api.datadoghq.eu/api/v1/monitor")).toEqual(["header:DD-API-KEY+header:DD-APPLICATION-KEY"]);
    expect(placesOf("datadog", "https://http-intake.logs.datadoghq.com/api/v2/logs")).toEqual(["header:DD-API-KEY"]);
  });

  it("openai: codex finds its key under its own name", () => {
    expect(provider("openai").fields[0]?.env).toEqual(expect.arrayContaining(["OPENAI_API_KEY", "CODEX_API_KEY"]));
  });
});
