// `vault://mount/path#field`: a field of a secret in the KV v2 engine of HashiCorp Vault or OpenBao, over its HTTP API.
// In: the reference, VAULT_ADDR, VAULT_TOKEN and their like. Out: the field's value. The token goes to that one address: no redirect
// is followed, no proxy used, and without TLS to no other machine. What the server answers is in no message.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { systemCode } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import { type Backend, type BackendTools, invalid, MAX_VALUE_BYTES, unavailable, unreachable } from "./backend.ts";
import { type KeyValueReference, parseAddress, parseKeyValueReference } from "./key-value-reference.ts";
import { toValue } from "./value-text.ts";

const TIMEOUT_MS = 10_000;
/** A secret has many fields. */
const MAX_ANSWER_BYTES = 16 * MAX_VALUE_BYTES;
/** OpenBao knows both spellings. */
const VARIABLES = ["VAULT_ADDR", "VAULT_TOKEN", "VAULT_NAMESPACE", "VAULT_CACERT", "BAO_ADDR", "BAO_TOKEN", "BAO_NAMESPACE", "BAO_CACERT"];

export const hashicorpVault: Backend = {
  source: "vault",
  example: "vault://secret/ci/openai#key",
  check: (rest) => {
    const reference = parseKeyValueReference(rest);
    if (reference === null) throw invalid(hashicorpVault, "a reference to Vault or OpenBao is vault://MOUNT/PATH#FIELD");
    if (reference.address !== null && parseAddress(reference.address) === null) throw invalid(hashicorpVault, ADDRESS_RULE);
  },
  variables: () => VARIABLES,
  read: async (rest, tools) => {
    const reference = parseKeyValueReference(rest);
    if (reference === null) throw unavailable("the reference is not one to Vault");
    const answer = await ask(reference, tools);
    return pickField(answer, reference);
  },
};

const ADDRESS_RULE = "the address of Vault is https://HOST, or http:// on this machine";

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function ask(reference: KeyValueReference, tools: BackendTools): Promise<Answer> {
  const address = parseAddress(reference.address ?? variable("ADDR", tools) ?? missingAddress());
  if (address === null) throw unavailable(ADDRESS_RULE);
  const namespace = reference.namespace ?? variable("NAMESPACE", tools);
  const path = [reference.mount, "data", ...reference.path.map(encodeURIComponent)].join("/");
  const query = reference.version === null ? "" : `?version=${reference.version}`;
  const url = `${address.href.replace(/\/$/, "")}/v1/${path}${query}`;
  const headers = {
    "x-vault-token": tokenOf(reference, tools).reveal(),
    "x-vault-request": "true",
    ...(namespace === undefined ? {} : { "x-vault-namespace": namespace }),
  };
  const caFile = reference.caFile ?? variable("CACERT", tools);
  const { Agent, request } = await import("undici");
  const dispatcher = new Agent({
    connect: { timeout: TIMEOUT_MS, ...(caFile === undefined ? {} : { ca: [...rootCertificates, readCa(caFile)] }) },
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  try {
    const { statusCode, body } = await request(url, { headers, dispatcher, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: statusCode, body: parseJson(await body.text()) };
  } catch (error) {
    throw unreachable(`Vault at ${address.host} ${describeFailure(error)}`);
  } finally {
    await dispatcher.destroy();
  }
}

/** @throws SECRET_UNAVAILABLE, BACKEND_UNREACHABLE */
function pickField({ status, body }: Answer, { field, version }: KeyValueReference): Secret {
  const outer = member(body, "data");
  const values = member(outer, "data");
  if (status === 200 && typeof values === "object" && values !== null) {
    const value = Object.hasOwn(values, field) ? (values as Record<string, unknown>)[field] : undefined;
    if (value === undefined || value === null) throw unavailable(`the secret in Vault has no field '${field}'`);
    return toValue(Buffer.from(typeof value === "string" ? value : JSON.stringify(value)), "Vault");
  }
  if (status === 200) throw unavailable("what Vault has there is not a secret of the KV v2 engine");
  // A version that was deleted is answered 404 with its metadata.
  const metadata = member(outer, "metadata");
  if (status === 404 && metadata !== undefined) {
    const isDestroyed = member(metadata, "destroyed") === true;
    throw unavailable(`version ${version ?? "in use"} of the secret in Vault is ${isDestroyed ? "destroyed" : "deleted"}`);
  }
  if (status === 404) throw unavailable("Vault has no such secret (or no such mount or namespace)");
  if (status === 403 || status === 401)
    throw unavailable("Vault refuses: the token is not valid or may not read this secret", "vault login");
  if (status === 503) throw unreachable("Vault is sealed or in maintenance");
  if (status === 429 || status >= 500) throw unreachable(`Vault is busy or not the active server (answer ${status})`);
  if (status >= 300 && status < 400) throw unreachable("Vault answers with another address; give the address of the active server");
  throw unavailable(`Vault answers ${status}`);
}

function tokenOf({ tokenFile }: KeyValueReference, tools: BackendTools): Secret {
  const token = tokenFile === null ? variable("TOKEN", tools) : undefined;
  if (token !== undefined) return new Secret(token.trim());
  const path = tokenFile ?? join(tools.home, ".vault-token");
  try {
    return new Secret(readFileSync(path, "utf8").trim());
  } catch (error) {
    const why =
      tokenFile === null
        ? "there is no token for Vault"
        : `the token file ${path} cannot be read (${systemCode(error) ?? "unknown reason"})`;
    throw unavailable(why, "set VAULT_TOKEN, or: vault login");
  }
}

function variable(name: "ADDR" | "TOKEN" | "NAMESPACE" | "CACERT", tools: BackendTools): string | undefined {
  const value = tools.variable(`VAULT_${name}`) ?? tools.variable(`BAO_${name}`);
  return value === "" ? undefined : value;
}

function missingAddress(): never {
  throw unavailable("the address of Vault is not known", "set VAULT_ADDR, or add ?address=https://HOST before the # of the reference");
}

function readCa(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw unavailable(`the CA file ${path} cannot be read (${systemCode(error) ?? "unknown reason"})`);
  }
}

function describeFailure(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause;
  const code = systemCode(error) ?? systemCode(cause) ?? (error as Error).name;
  if (code === "TimeoutError" || /TIMEOUT/.test(code)) return "does not answer in time";
  if (/CERT|SSL|TLS|SELF_SIGNED|VERIFY/.test(code)) return `has a certificate that is not trusted (${code})`;
  return `cannot be reached (${code})`;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
