// How each family of clients is told to use the run's proxy and trust its CA, as data: certs/trust/<client>.json.
// In: those files, checked by hand because every `keyward run` reads them and zod would cost 150 ms. Out: typed records.
// A file that breaks the form is a packaging bug: the error names file and field, and nothing of the file is used.
import { readdirSync, readFileSync } from "node:fs";
import { ENV_NAME_PATTERN } from "../core/names.ts";

export interface TrustVariable {
  /**
   * What the variable becomes. Between braces: `{proxy}` URL with the run's credentials, `{proxy_port}`, `{no_proxy}`,
   * `{java_no_proxy}` the same as Java writes it, `{trust_store}` a JKS file with the bundle's certificates, `{tls_ports}`, `{preload}`, `{ca}` a file with the user's certificates of that variable and the CA, `{bundle}` a file with the user's or
   * the system's roots and the CA, `{file:ID}` and `{directory:ID}` a file of `files` and its directory, `{inherited}` the
   * value the variable had. An empty result removes the variable.
   */
  readonly value: string;
  readonly why: string;
  /** Variables whose file stands in for this one's when it is not set, in order; SSL_CERT_FILE comes last without saying. */
  readonly bases?: readonly string[];
}

export interface TrustFile {
  readonly name: string;
  readonly lines: readonly string[];
  /** The user's file whose lines come first: named by a variable, else in the home directory. */
  readonly extends?: { readonly variable: string; readonly home: string };
}

export interface TrustClient {
  /** Equals the file's name. */
  readonly client: string;
  readonly why: string;
  /** Proxy variables of which any one alone routes the client; for `doctor` and the docs. */
  readonly proxy: readonly string[];
  /** Does its CA variable add to the built-in roots or replace them? */
  readonly ca: "add" | "replace" | "none";
  readonly variables: Readonly<Record<string, TrustVariable>>;
  /** Name → why it must not reach the child. */
  readonly remove: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, TrustFile>>;
}

/** certs/trust lies two levels above both src/child and dist/child. */
const DIRECTORY = new URL("../../certs/trust/", import.meta.url);
const PLACEHOLDER = /\{([^{}]*)\}/g;
const PLAIN_PLACEHOLDERS = new Set("proxy proxy_port no_proxy java_no_proxy tls_ports preload ca bundle trust_store inherited".split(" "));

let clients: readonly TrustClient[] | null = null;

/** Every client family, by name. Read once per process. */
export function readTrust(): readonly TrustClient[] {
  clients ??= readAll();
  return clients;
}

function readAll(): TrustClient[] {
  const names = readdirSync(DIRECTORY).filter((name) => name.endsWith(".json"));
  const read = names.sort().map((name) => parseTrustClient(name, readFileSync(new URL(name, DIRECTORY), "utf8")));
  const owners = new Map<string, string>();
  for (const client of read) {
    for (const name of [...Object.keys(client.variables), ...Object.keys(client.remove)]) {
      const owner = owners.get(name);
      if (owner !== undefined) throw broken(`${client.client}.json`, `${name} already belongs to ${owner}.json`);
      owners.set(name, client.client);
    }
  }
  return read;
}

/** One file's text → its record. @throws Error that names file and field */
export function parseTrustClient(fileName: string, text: string): TrustClient {
  const value = new Fields(fileName, "", parseJson(fileName, text));
  value.refuseUnknown(["client", "why", "proxy", "ca", "variables", "remove", "files"]);
  const ca = value.text("ca");
  if (ca !== "add" && ca !== "replace" && ca !== "none") throw broken(fileName, "ca must be add, replace or none");
  const client: TrustClient = {
    client: value.text("client"),
    why: value.text("why"),
    proxy: value.names("proxy"),
    ca,
    variables: value.map("variables", parseVariable),
    remove: value.map("remove", (fields, name) => fields.text(name)),
    files: value.map("files", parseFile),
  };
  if (`${client.client}.json` !== fileName) throw broken(fileName, "client must equal the file's name");
  checkNames(fileName, client);
  checkTemplates(fileName, client);
  return client;
}

function parseVariable(fields: Fields, name: string): TrustVariable {
  const variable = fields.object(name);
  variable.refuseUnknown(["value", "why", "bases"]);
  const bases = variable.has("bases") ? { bases: variable.names("bases") } : {};
  return { value: variable.text("value"), why: variable.text("why"), ...bases };
}

function parseFile(fields: Fields, id: string): TrustFile {
  const file = fields.object(id);
  file.refuseUnknown(["name", "lines", "extends"]);
  const name = file.text("name");
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(name) || !/^[a-z][a-z0-9-]*$/.test(id)) throw file.broken("name", "is not a plain file name");
  const lines = file.list("lines");
  if (!file.has("extends")) return { name, lines };
  const source = file.object("extends");
  source.refuseUnknown(["variable", "home"]);
  return { name, lines, extends: { variable: source.text("variable"), home: source.text("home") } };
}

function checkNames(fileName: string, client: TrustClient): void {
  for (const name of [...Object.keys(client.variables), ...Object.keys(client.remove)]) {
    if (!ENV_NAME_PATTERN.test(name)) throw broken(fileName, `'${name}' is not an environment name`);
  }
}

/** Only known placeholders, and those of the CA as `ca` says. */
function checkTemplates(fileName: string, client: TrustClient): void {
  const lines = Object.values(client.files).flatMap((file) => file.lines);
  const templates = [...Object.values(client.variables).map((variable) => variable.value), ...lines];
  const used = new Set(templates.flatMap((template) => [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? "")));
  for (const name of used) {
    const [kind, id] = name.split(":");
    const isFile = (kind === "file" || kind === "directory") && id !== undefined && Object.hasOwn(client.files, id);
    if (!isFile && !PLAIN_PLACEHOLDERS.has(name)) throw broken(fileName, `{${name}} stands for nothing`);
  }
  if (used.has("ca") !== (client.ca === "add") || (used.has("bundle") || used.has("trust_store")) !== (client.ca === "replace")) {
    throw broken(fileName, "add goes with {ca}, replace with {bundle} or {trust_store}, none with neither");
  }
}

/** Replaces every `{name}` of a template. */
export function fillTemplate(template: string, valueOf: (name: string) => string): string {
  return template.replace(PLACEHOLDER, (_, name: string) => valueOf(name));
}

function parseJson(fileName: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`certs/trust/${fileName} is not JSON`, { cause: error });
  }
}

function broken(fileName: string, what: string): Error {
  return new Error(`certs/trust/${fileName}: ${what}`);
}

/** A JSON object whose fields are taken out one by one, each with its type checked. */
class Fields {
  readonly #fileName: string;
  readonly #path: string;
  readonly #value: Readonly<Record<string, unknown>>;

  constructor(fileName: string, path: string, value: unknown) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw broken(fileName, `${path.replace(/\.$/, "") || "the file"} must be an object`);
    this.#fileName = fileName;
    this.#path = path;
    this.#value = value as Record<string, unknown>;
  }

  broken(key: string, what: string): Error {
    return broken(this.#fileName, `${this.#path}${key} ${what}`);
  }

  refuseUnknown(known: readonly string[]): void {
    for (const key of Object.keys(this.#value)) if (!known.includes(key)) throw this.broken(key, "is not a known field");
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#value, key);
  }

  text(key: string): string {
    const value = this.has(key) ? this.#value[key] : undefined;
    if (typeof value !== "string" || value === "" || /[\0\r\n]/.test(value)) throw this.broken(key, "must be one line of text");
    return value;
  }

  list(key: string): string[] {
    const value = this.has(key) ? this.#value[key] : undefined;
    const isList = Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "" && !/[\0\r\n]/.test(item));
    if (!isList) throw this.broken(key, "must be a list of texts");
    return value as string[];
  }

  names(key: string): string[] {
    const names = this.list(key);
    if (!names.every((name) => ENV_NAME_PATTERN.test(name))) throw this.broken(key, "must be a list of environment names");
    return names;
  }

  object(key: string): Fields {
    return new Fields(this.#fileName, `${this.#path}${key}.`, this.has(key) ? this.#value[key] : undefined);
  }

  map<T>(key: string, parse: (fields: Fields, name: string) => T): Record<string, T> {
    const fields = this.object(key);
    return Object.fromEntries(Object.keys(fields.#value).map((name) => [name, parse(fields, name)]));
  }
}
