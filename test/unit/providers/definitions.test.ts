// Every bundled definition, as data: it parses, it is sound, its examples hold, its placeholder passes for a key.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makePlaceholder } from "../../../src/connections/placeholder.ts";
import { hostMatches } from "../../../src/core/host.ts";
import { bundledProvidersDirectory, loadProviders } from "../../../src/providers/catalogue.ts";
import { matchPlaces, ownsAuthority } from "../../../src/providers/match.ts";
import { fitsTenant, isTenantHost } from "../../../src/providers/login/tenant.ts";
import { parseProvider } from "../../../src/providers/parse-provider.ts";
import { runExamples } from "../../../src/providers/run-examples.ts";
import { CATEGORIES, type Endpoint, type Provider, providerJsonSchema } from "../../../src/providers/schema.ts";

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
  return (alternatives ?? []).map((places) => places.map((place) => ("name" in place ? `${place.in}:${place.name}` : place.in)).join("+"));
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
    expect(found.keysUrl ?? "https:").toMatch(/^https:/);
    expect(found.docsUrl ?? "https:").toMatch(/^https:/);
    expect(found.shadowsBundled).toBe(false);
  });

  it("have an example for one of their endpoints at least", () => {
    for (const { id, endpoints, examples } of catalogue.list()) {
      const hosts = examples.match.map((line) => new URL(line.split(" ")[1] ?? "").hostname);
      const isOwn = ({ host, port }: Endpoint): boolean =>
        isTenantHost(host)
          ? hosts.some((own) => fitsTenant({ host, port }, { host: own, port }))
          : hosts.some((own) => hostMatches(host, own));
      expect([id, endpoints.some(isOwn)]).toEqual([id, true]);
    }
  });

  it("no environment name and no origin belongs to two of them", () => {
    const names = catalogue.list().flatMap(({ fields }) => fields.flatMap(({ env }) => env));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    // A signature names its key, so a host may take signatures of one and a header of the other.
    const others = catalogue.list().filter(({ inject }) => !inject.flat().every((place) => place.in === "sigv4"));
    const fixed = others.flatMap(({ endpoints }) => endpoints.filter(({ host }) => host !== "{tenant}"));
    const origins = fixed.map(({ host, port }) => `${host}:${port}`);
    expect(origins.filter((origin, index) => origins.indexOf(origin) !== index)).toEqual([]);
  });

  it("a wildcard of one covers no host of another", () => {
    const all = catalogue.list().flatMap(({ id, endpoints }) => endpoints.map(({ host }) => ({ id, host })));
    const wild = all.filter(({ host }) => host.startsWith("*"));
    const clashes = wild.flatMap(({ id, host }) =>
      all.filter((other) => other.id !== id && hostMatches(host, other.host)).map((other) => `${id} covers ${other.host}`),
    );
    expect(clashes).toEqual([]);
  });

  it("there are two hundred at least, of every category, and no registry of packages", () => {
    expect(catalogue.list().length).toBeGreaterThanOrEqual(200);
    expect(new Set(catalogue.list().map(({ category }) => category))).toEqual(new Set(CATEGORIES));
    expect(catalogue.list().filter(({ id }) => /registry|nuget|docker-hub|jfrog|cloudsmith/.test(id))).toEqual([]);
  });

  it("a pattern that not every source agrees on asks, and says so in its hint", () => {
    const doubtful = catalogue
      .list()
      .flatMap(({ id, fields }) => fields.filter(({ patternCheck }) => patternCheck === "ask").map((field) => ({ id, field })));
    expect(doubtful.length).toBeGreaterThan(20);
    expect(doubtful.filter(({ field }) => !/usually/.test(field.hint ?? "")).map(({ id }) => id)).toEqual([]);
  });

  it("no login has to give what only a second way to send it needs", () => {
    for (const { id, fields, inject } of catalogue.list()) {
      const preferred = JSON.stringify(inject[0]);
      const others = fields.filter(({ name, optional }) => !optional && !preferred.includes(`{${name}}`));
      expect([id, others.map(({ name }) => name)]).toEqual([id, []]);
    }
  });

  it("every secret has a placeholder that passes its pattern", () => {
    for (const { id, fields } of catalogue.list()) {
      for (const field of fields.filter(({ secret }) => secret)) {
        const text = makePlaceholder(field, []);
        expect([id, text.length >= 16]).toEqual([id, true]);
        if (field.pattern !== undefined) expect(text).toMatch(new RegExp(field.pattern));
      }
    }
  });

  it("hold nothing that looks like a key: no long word of letters and digits", () => {
    for (const file of files) {
      // Names of detectors in the sources are long words too.
      const text = readFileSync(join(directory, file), "utf8").replace(/"sources": \[[^\]]*\]/, "");
      const suspects = text.match(/[A-Za-z0-9_]{20,}/g) ?? [];
      const digits = suspects.filter((word) => /\d/.test(word) && /[a-z]/.test(word));
      expect([file, digits]).toEqual([file, []]);
    }
  });

  it("none of their credentials goes to a look-alike of its host", () => {
    for (const definition of catalogue.list()) {
      for (const { host } of definition.endpoints.filter((endpoint) => !isTenantHost(endpoint.host))) {
        const exact = host.replace(/^\*{1,2}\./, "x.");
        const others = [`evil${exact}`, `${exact}.evil.test`, `x.${exact}`, exact.replace(".", "-")].filter(
          (other) => !definition.endpoints.some((endpoint) => hostMatches(endpoint.host, other)),
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

  it("gitlab: Bearer first on the API, which takes OAuth's tokens too, Basic on git's paths of any depth", () => {
    expect(placesOf("gitlab", "https://gitlab.com/api/v4/user")).toEqual(["header:Authorization", "header:PRIVATE-TOKEN"]);
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

  it("slack: the header, else the form's token, never a file host's body", () => {
    expect(placesOf("slack", "https://slack.com/api/chat.postMessage")).toEqual(["header:Authorization", "form:token"]);
    expect(placesOf("slack", "https://files.slack.com/files-pri/T0-F0/a.png")).toEqual(["header:Authorization"]);
  });

  it("telegram: the path's segment, for methods and files", () => {
    expect(placesOf("telegram", "https://api.telegram.org/bot0:x/getMe")).toEqual(["path"]);
    expect(placesOf("telegram", "https://api.telegram.org/file/bot0:x/a.png")).toEqual(["path"]);
    expect(placesOf("telegram", "https://api.telegram.org/robots.txt")).toEqual([]);
  });

  it("aws: signatures, also to the buckets of S3 and beside Bedrock's own tokens", () => {
    for (const host of ["sts.amazonaws.com", "b.s3.eu-west-1.amazonaws.com", "bedrock-runtime.us-east-1.amazonaws.com"]) {
      expect(placesOf("aws", `https://${host}/`)).toEqual(["sigv4"]);
    }
    expect(placesOf("aws-bedrock", "https://bedrock-runtime.us-east-1.amazonaws.com/")).toEqual(["header:Authorization"]);
    expect(makePlaceholder(provider("aws").fields[0] as never, [])).toMatch(/^AKIA[A-Z2-7]{16}$/);
  });

  it("openai: codex finds its key under its own name", () => {
    expect(provider("openai").fields[0]?.env).toEqual(expect.arrayContaining(["OPENAI_API_KEY", "CODEX_API_KEY"]));
  });
});
