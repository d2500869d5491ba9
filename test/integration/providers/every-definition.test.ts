// Every bundled definition, end to end: a client that sends the placeholders in each declared way, the real proxy, and an upstream
// that must find the key exactly there and nowhere else. One proxy and one upstream serve them all.
import type { Agent } from "node:https";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Connection } from "../../../src/core/connection.ts";
import { makePlaceholder } from "../../../src/connections/placeholder.ts";
import { bundledProvidersDirectory, loadProviders } from "../../../src/providers/catalogue.ts";
import { matchPlaces } from "../../../src/providers/match.ts";
import type { Place, Provider } from "../../../src/providers/schema.ts";
import { canFill } from "../../../src/proxy/inject/kinds.ts";
import { holdsFor } from "../../../src/proxy/inject/place-fields.ts";
import { makeConnection, proxyAgent, type Rig, type RigConnection, send, startRig } from "../../support/proxy-rig.ts";
import { concreteHost, expectedAt, foundAt, type Sketch, type Values, withoutPlaces, writePlace } from "../../support/placement.ts";
import { startTlsUpstream, type TlsUpstream } from "../../support/tls-upstream.ts";

const providers = loadProviders({ bundledDirectory: bundledProvidersDirectory(), customDirectory: "/nowhere" }).list();

interface Way {
  readonly places: readonly Place[];
  readonly host: string;
  readonly path: string;
  readonly spelling: number;
}

let rig: Rig;
let upstream: TlsUpstream;

beforeAll(async () => {
  const hosts = [...new Set(cases.flatMap(([, kind, provider]) => waysOf(provider, kind).map(({ host }) => host)))];
  upstream = await startTlsUpstream({ hosts });
  rig = await startRig({ upstreams: [upstream], hosts });
});

afterAll(async () => {
  await rig.close();
  await upstream.close();
});

/** Each alternative with each of its spellings, at the first host and path where it applies whole. A signature has tests of its own. */
function waysOf(provider: Provider, kind: Connection["kind"] = "api_key"): Way[] {
  return provider.inject
    .map((places) => places.filter((place) => holdsFor(place, kind)))
    .filter((places) => places.length > 0)
    .filter((places) => !places.some((place) => place.in === "sigv4"))
    .flatMap((places) => {
      const spot = spotsOf(provider, places).find(({ host, path }) => {
        const applying = matchPlaces(provider, { host, port: 443, path }) ?? [];
        return applying.some((found) => places.every((place) => found.includes(place)));
      });
      if (spot === undefined) throw new Error(`${provider.id}: an alternative applies nowhere`);
      const spellings = Math.max(...places.map((place) => (place.in === "header" ? place.templates.length : 1)));
      return Array.from({ length: spellings }, (_, spelling) => ({ places, ...spot, spelling }));
    });
}

function spotsOf(provider: Provider, places: readonly Place[]): { host: string; path: string }[] {
  const globs = places.flatMap((place) => [...(place.in === "path" ? [place.template] : []), ...(place.paths ?? [])]);
  return provider.endpoints
    .filter(({ port }) => port === 443)
    .flatMap((endpoint) =>
      [...globs, ...(endpoint.paths ?? []), "/things"].map((glob) => ({
        host: concreteHost(endpoint.host, provider),
        path: glob
          .replace(/\{[a-z_]+\}/g, "x")
          .replace("**", "things")
          .replaceAll("*", "x"),
      })),
    );
}

/** As the store would bind it: shaped placeholders, and one host for {tenant}. */
function connect(provider: Provider, kind: Connection["kind"] = "api_key"): RigConnection {
  const made = makeConnection(provider, { kind });
  const placeholders = Object.fromEntries(
    provider.fields.filter(({ secret }) => secret).map((field) => [field.name, makePlaceholder(field, [])]),
  );
  const origins = provider.endpoints.map(({ host, port }) => ({
    host: host.includes("{tenant}") ? concreteHost(host, provider) : host,
    port,
  }));
  const connection = made.binding.connection === null ? null : { ...made.binding.connection, placeholders, origins };
  return { ...made, binding: { ...made.binding, placeholders, origins, connection } };
}

function blank(path: string): Sketch {
  return { path, method: "GET", headers: {}, query: {}, form: {}, json: {} };
}

async function exchange(agent: Agent, host: string, sketch: Sketch): Promise<void> {
  const query = new URLSearchParams({ ...sketch.query, page: "2" });
  const isForm = Object.keys(sketch.form).length > 0;
  const isJson = Object.keys(sketch.json).length > 0;
  const body = isForm
    ? new URLSearchParams({ a: "1", ...sketch.form }).toString()
    : isJson
      ? JSON.stringify({ a: 1, ...sketch.json })
      : undefined;
  const type = isForm ? "application/x-www-form-urlencoded" : "application/json";
  const reply = await send(agent, {
    host,
    path: `${sketch.path}?${query.toString()}`,
    method: sketch.method,
    headers: { ...sketch.headers, ...(body === undefined ? {} : { "Content-Type": type, "Content-Length": String(body.length) }) },
    ...(body === undefined ? {} : { body }),
  });
  expect(reply).toMatchObject({ status: 200 });
}

function given({ binding }: RigConnection): Values {
  return { ...binding.connection?.publicFields, ...binding.placeholders };
}

function expectOnly(places: readonly Place[], { binding, secrets }: RigConnection, spelling: number): void {
  const request = upstream.requests.at(-1);
  if (request === undefined) throw new Error("nothing arrived");
  for (const place of places) expect(foundAt(request, place)).toBe(expectedAt(place, { values: secrets, spelling }));
  const rest = withoutPlaces(request, places);
  const hidden = Object.entries(secrets).filter(([name]) => binding.placeholders[name] !== undefined);
  for (const [name, secret] of hidden) {
    expect(rest).not.toContain(secret);
    expect(rest).not.toContain(binding.placeholders[name]);
  }
}

/** Both kinds of credential, where the provider has the other one. */
const kindsOf = ({ oauth, computed }: Provider): readonly Connection["kind"][] =>
  oauth === undefined && computed === undefined ? ["api_key"] : ["api_key", "oauth2"];
const cases = providers.flatMap((provider) => kindsOf(provider).map((kind) => [provider.id, kind, provider] as const));

/** The places of the other kind alone, with the placeholder in them, as a program sends that knows that kind only. */
function misplaced(provider: Provider, kind: Connection["kind"]): Way[] {
  const other = kind === "oauth2" ? "api_key" : "oauth2";
  const own = new Set(provider.inject.flat().filter((place) => holdsFor(place, kind)));
  // Basic is recognised by its password, whatever the user name.
  const isRecognised = (place: Place): boolean =>
    (place.in === "basic" && [...own].some((each) => each.in === "basic")) ||
    (place.in === "header" &&
      [...own].some((each) => each.in === "header" && each.name === place.name && each.templates.includes(place.templates[0] ?? "")));
  return waysOf(provider, other)
    .map((way) => ({
      ...way,
      places: way.places.filter((place) => !own.has(place) && !isRecognised(place) && JSON.stringify(place).includes("{key}")),
    }))
    .filter(({ places, spelling }) => places.length > 0 && spelling === 0 && kindsOf(provider).length > 1);
}

describe("a placeholder in every declared place", () => {
  it.each(cases)("%s (%s)", async (_id, kind, provider) => {
    const connection = connect(provider, kind);
    const agent = proxyAgent(rig, rig.addRun([connection]));
    onTestFinished(() => agent.destroy());
    for (const { places, host, path, spelling } of waysOf(provider, kind)) {
      const sketch = blank(path);
      for (const place of places) writePlace(sketch, place, { values: given(connection), spelling });
      await exchange(agent, host, sketch);
      expectOnly(places, connection, spelling);
    }
    for (const { places, host, path } of misplaced(provider, kind)) {
      const sketch = blank(path);
      for (const place of places) writePlace(sketch, place, { values: given(connection) });
      await exchange(agent, host, sketch);
      expectOnly(preferred(provider, kind, { host, path }), connection, 0);
    }
    const [first] = waysOf(provider, kind);
    if (first?.places.every(canFill) !== true) return;
    await exchange(agent, first.host, blank(first.path));
    expectOnly(preferred(provider, kind, first), connection, 0);
  });
});

/** What is written where nothing stands. */
function preferred(provider: Provider, kind: Connection["kind"], { host, path }: Pick<Way, "host" | "path">): readonly Place[] {
  const alternatives = matchPlaces(provider, { host, port: 443, path }) ?? [];
  return alternatives.map((places) => places.filter((place) => holdsFor(place, kind))).find((places) => places.length > 0) ?? [];
}

describe("an optional field that was left out", () => {
  it("is not written, and does not keep the others from being written", async () => {
    const isPartial = (candidate: Provider): boolean => {
      const places = JSON.stringify(waysOf(candidate)[0]?.places ?? []);
      return candidate.fields.some(({ name, optional, secret }) => optional && secret && places.includes(`{${name}}`));
    };
    const provider = providers.find(isPartial);
    if (provider === undefined) throw new Error("no definition has an optional secret");
    const whole = connect(provider);
    const kept = (fields: Values): Values =>
      Object.fromEntries(
        Object.entries(fields).filter(([name]) => provider.fields.some((field) => field.name === name && !field.optional)),
      );
    const placeholders = kept(whole.binding.placeholders);
    const connection = whole.binding.connection === null ? null : { ...whole.binding.connection, placeholders };
    const [way] = waysOf(provider);
    if (way === undefined || connection === null) throw new Error("nothing to try");
    const partial: RigConnection = {
      ...whole,
      binding: { ...whole.binding, placeholders, connection },
      credential: {
        ...whole.credential,
        fields: Object.fromEntries(Object.entries(whole.credential.fields).filter(([name]) => placeholders[name] !== undefined)),
      },
    };
    const agent = proxyAgent(rig, rig.addRun([partial]));
    onTestFinished(() => agent.destroy());
    await exchange(agent, way.host, blank(way.path));
    const request = upstream.requests.at(-1);
    const texts = way.places.map((place) => [place, foundAt(request!, place)] as const);
    for (const [place, text] of texts) {
      const isOptional = JSON.stringify(place).includes(`{${provider.fields.find(({ optional }) => optional)?.name}}`);
      expect(text).toBe(isOptional ? "undefined" : expectedAt(place, { values: partial.secrets }));
    }
  });
});
