// What a gateway tells a container that is being set up: is it there, whom to trust, which variables to set.
// In: a path, the bearer token, the token's bindings. Out: an answer in plain text, or null for anything that is the proxy's.
// The variables hold placeholders and the token that was brought; no key.
import type { Binding } from "../../proxy/ports.ts";

export interface PageParts {
  readonly certificatePem: string;
  /** null: the token is not good. */
  readonly bindingsOf: (token: string) => readonly Binding[] | null;
}

export interface PageAnswer {
  readonly status: number;
  readonly body: string;
}

/** `head`: the first request's head, latin-1. */
export function answerPage(head: string, parts: PageParts): PageAnswer | null {
  const path = /^GET (\/[a-z.]*) HTTP\/1\.[01]\r\n/.exec(head)?.[1];
  if (path === "/healthz") return { status: 200, body: "ok\n" };
  if (path === "/ca.pem") return { status: 200, body: parts.certificatePem };
  if (path !== "/env") return null;
  const token = bearerOf(head);
  const bindings = token === null ? null : parts.bindingsOf(token);
  const host = /^host:[ \t]*([A-Za-z0-9.:[\]-]+)[ \t]*$/im.exec(head)?.[1];
  if (token === null || bindings === null || host === undefined)
    return { status: 401, body: "a run token is needed: Authorization: Bearer kw_run_…\n" };
  return { status: 200, body: environmentLines(bindings, `http://run:${token}@${host}`) };
}

export function bearerOf(head: string): string | null {
  return /^authorization:[ \t]*bearer +([!-~]+)[ \t]*$/im.exec(head)?.[1] ?? null;
}

/** The first connection of a provider gives its names, as in a run. Values need no quotes: they are key-shaped. */
function environmentLines(bindings: readonly Binding[], proxy: string): string {
  const lines = new Map<string, string>();
  for (const name of ["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"]) lines.set(name, proxy);
  for (const { definition, placeholders, connection, isDefault } of bindings) {
    if (!isDefault) continue;
    for (const field of definition.fields) {
      const value = placeholders[field.name] ?? connection?.publicFields[field.name];
      for (const name of field.env ?? []) if (value !== undefined && !lines.has(name)) lines.set(name, value);
    }
  }
  return [...lines].map(([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`).join("");
}
