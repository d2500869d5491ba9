// What a place of a definition means on the wire, told a second time and without the proxy's code: how a client sends values in it,
// and how an upstream finds them there. In: a place, values by field. Out: a request in parts, or the text that was found.
import type { Place, Provider } from "../../src/providers/schema.ts";
import type { RecordedRequest } from "./tls-upstream.ts";

export interface Sketch {
  path: string;
  method: string;
  readonly headers: Record<string, string>;
  readonly query: Record<string, string>;
  readonly form: Record<string, string>;
  readonly json: Record<string, unknown>;
}

export type Values = Readonly<Record<string, string>>;

export function render(template: string, values: Values): string {
  return template.replace(/\{([a-z0-9_]+)\}/g, (_, name: string) => values[name] ?? `{${name}}`);
}

/** Writes `values` where the place says, with the spelling of that number. */
export function writePlace(sketch: Sketch, place: Place, { values, spelling = 0 }: { values: Values; spelling?: number }): void {
  switch (place.in) {
    case "header":
      sketch.headers[place.name] = render(place.templates[spelling] ?? place.templates[0] ?? "", values);
      return;
    case "basic":
      sketch.headers["Authorization"] = `Basic ${base64(`${render(place.username, values)}:${render(place.password, values)}`)}`;
      return;
    case "query":
      sketch.query[place.name] = render(place.template, values);
      return;
    case "cookie":
      sketch.headers["Cookie"] = `theme=dark; ${place.name}=${render(place.template, values)}`;
      return;
    case "path":
      sketch.path = render(place.template, values).replace("**", "things").replaceAll("*", "x");
      return;
    case "form":
      sketch.method = "POST";
      sketch.form[place.name] = render(place.template, values);
      return;
    case "json":
      sketch.method = "POST";
      setAt(sketch.json, place.pointer, render(place.template, values));
      return;
    case "sigv4":
      throw new Error("a signature is no text in a slot");
  }
}

/** The whole text of the slot as it arrived; undefined when there is none. */
export function foundAt(request: RecordedRequest, place: Place): string | undefined {
  const url = new URL(request.target, "https://x.test");
  switch (place.in) {
    case "header":
      return String(request.headers[place.name.toLowerCase()]);
    case "basic":
      return Buffer.from(String(request.headers["authorization"]).replace(/^Basic /, ""), "base64").toString();
    case "query":
      return url.searchParams.getAll(place.name).join("|");
    case "cookie":
      return /(?:^|; )([^=]+)=([^;]*)$/.exec(String(request.headers["cookie"]))?.[2];
    case "path":
      return decodeURIComponent(url.pathname);
    case "form":
      return new URLSearchParams(request.body.toString()).getAll(place.name).join("|");
    case "json":
      return valueAt(JSON.parse(request.body.toString()), place.pointer);
    case "sigv4":
      return undefined;
  }
}

/** What `foundAt` has to give for these values. */
export function expectedAt(place: Place, { values, spelling = 0 }: { values: Values; spelling?: number }): string {
  switch (place.in) {
    case "header":
      return render(place.templates[spelling] ?? place.templates[0] ?? "", values);
    case "basic":
      return `${render(place.username, values)}:${render(place.password, values)}`;
    case "path":
      return render(place.template, values).replace("**", "things").replaceAll("*", "x");
    case "sigv4":
      return "";
    default:
      return render(place.template, values);
  }
}

/** The request without the slot: whatever of the key is still in there, is where it must not be. */
export function withoutPlaces(request: RecordedRequest, places: readonly Place[]): string {
  const url = new URL(request.target, "https://x.test");
  const headers = { ...request.headers };
  let body = request.body.toString();
  for (const place of places) {
    if (place.in === "header") delete headers[place.name.toLowerCase()];
    if (place.in === "basic") delete headers["authorization"];
    if (place.in === "cookie") delete headers["cookie"];
    if (place.in === "query") url.searchParams.delete(place.name);
    if (place.in === "path") url.pathname = "/";
    if (place.in === "form" || place.in === "json") body = "";
  }
  return `${request.method} ${decodeURIComponent(url.href)} ${JSON.stringify(headers)} ${body}`;
}

/** A host that the pattern covers; a tenant's own for `{tenant}`. */
export function concreteHost(pattern: string, provider: Provider): string {
  if (pattern === "{tenant}") return `${provider.id}.tenant.test`;
  return pattern.replace("{tenant}", "acme-tenant").replace(/^\*{1,2}\./, "any.");
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function setAt(document: Record<string, unknown>, pointer: string, value: string): void {
  const steps = pointer.split("/").slice(1);
  const last = steps.pop() ?? "";
  let here = document;
  for (const step of steps) here = (here[step] ??= {}) as Record<string, unknown>;
  here[last] = value;
}

function valueAt(document: unknown, pointer: string): string {
  let here = document;
  for (const step of pointer.split("/").slice(1)) here = (here as Record<string, unknown> | undefined)?.[step];
  return String(here);
}
