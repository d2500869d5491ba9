// A definition from a few answers, for `provider new`: hosts, how the key is sent, the variables that hold it.
// In: answers as text. Out: the definition as JSON would have it, or USAGE about the one that cannot be. The daemon checks the whole.
import { KeywardError } from "../../core/errors.ts";
import { canonicalHost } from "../../core/host.ts";
import { ENV_NAME_PATTERN, PROVIDER_ID_PATTERN } from "../../core/names.ts";

export interface ProviderAnswers {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  /** `api.acme.com`, `*.acme.com`, `{tenant}.acme.com`, each with `:port` or a path below which the key may go. */
  readonly hosts: readonly string[];
  /** `bearer`, `header:X-Api-Key`, `query:api_key`, `basic:user`, `basic`; see WAYS. */
  readonly send: string;
  readonly env: readonly string[];
  readonly keysUrl: string | null;
  readonly docsUrl: string | null;
}

export type Draft = Readonly<Record<string, unknown>>;

/** How a key can be sent, in the words of --send. */
export const WAYS: readonly (readonly [way: string, means: string])[] = [
  ["bearer", "Authorization: Bearer KEY"],
  ["header:NAME", "NAME: KEY, or with a template: header:Authorization=Token {key}"],
  ["query:NAME", "?NAME=KEY"],
  ["basic", "Basic authentication, the key as the user name"],
  ["basic:USER", "Basic authentication, the key as the password of USER"],
];

/** @throws USAGE, NAME_INVALID */
export function draftProvider(answers: ProviderAnswers): Draft {
  const { id, name, category, env, keysUrl, docsUrl } = answers;
  if (!PROVIDER_ID_PATTERN.test(id)) {
    throw new KeywardError("NAME_INVALID", "the id of a provider is 1 to 64 of a-z, 0-9 or '-' and starts with a letter or digit");
  }
  const wrong = env.find((variable) => !ENV_NAME_PATTERN.test(variable));
  if (wrong !== undefined) throw new KeywardError("USAGE", "--env takes names of variables: letters, digits and '_'");
  const endpoints = answers.hosts.map(readHost);
  const [first] = endpoints;
  if (first === undefined) throw new KeywardError("USAGE", "a provider needs a host at least", { hint: "--host api.example.com" });
  const tenant = endpoints.find((endpoint) => endpoint.host.startsWith("{tenant}"));
  return {
    $schema: "./schema.json",
    id,
    name,
    category,
    endpoints,
    ...(tenant === undefined ? {} : { tenant: { label: "Host", example: exampleHost(tenant.host) } }),
    fields: [{ name: "key", label: "API key", env }],
    inject: [[readWay(answers.send)]],
    ...(keysUrl === null ? {} : { keysUrl }),
    ...(docsUrl === null ? {} : { docsUrl }),
    sources: [docsUrl ?? "written with keyward provider new"],
    examples: examplesFor(first),
  };
}

interface DraftEndpoint {
  readonly host: string;
  readonly port?: number;
  readonly paths?: readonly string[];
}

function readHost(text: string): DraftEndpoint {
  const [, pattern = "", port, path] =
    /^(?:https:\/\/)?((?:\*{1,2}\.|\{tenant\}(?:\.|$))?[^/:?#\s]*)(?::(\d{1,5}))?(\/[^?#\s]*)?$/i.exec(text.trim()) ?? [];
  const fixed = pattern.replace(/^(?:\*{1,2}\.|\{tenant\}\.?)/, "");
  const host = fixed === "" ? fixed : canonicalHost(fixed);
  if (host === null || (host === "" && pattern !== "{tenant}")) {
    throw new KeywardError(
      "USAGE",
      "a host is written like api.example.com, *.example.com or {tenant}.example.com, with :port and /path when needed",
    );
  }
  const below = path === undefined || path === "/" ? null : `${path.replace(/\/(?:\*\*)?$/, "")}/**`;
  return {
    host: pattern.slice(0, pattern.length - fixed.length) + host,
    ...(port === undefined || port === "443" ? {} : { port: Number(port) }),
    ...(below === null ? {} : { paths: [below] }),
  };
}

function readWay(send: string): Draft {
  const [, way = "", rest] = /^([a-z]+)(?::(.*))?$/s.exec(send.trim()) ?? [];
  if (way === "bearer" && rest === undefined) return { in: "header", name: "Authorization", templates: ["Bearer {key}"] };
  if (way === "basic" && rest === undefined) return { in: "basic", username: "{key}", password: "" };
  if (way === "basic" && rest !== "") return { in: "basic", username: rest, password: "{key}" };
  if (way === "query" && rest !== undefined && rest !== "") return { in: "query", name: rest, template: "{key}" };
  const [, name = "", template = "{key}"] = /^([A-Za-z0-9_-]+)(?:=(.+))?$/s.exec(rest ?? "") ?? [];
  if (way === "header" && name !== "") return { in: "header", name, templates: [template] };
  throw new KeywardError("USAGE", `--send is one of ${WAYS.map(([spelling]) => spelling).join(", ")}`, {
    hint: "for example: --send header:X-Api-Key",
  });
}

function examplesFor({ host, port, paths }: DraftEndpoint): Draft {
  const own = exampleHost(host);
  const authority = port === undefined ? own : `${own}:${port}`;
  const path = paths?.[0]?.replace("/**", "/things") ?? "/things";
  const others = [
    ...(host === "{tenant}" ? [] : [`GET https://${own}.example.net${path}`, `GET https://${own}:${port === 8443 ? 9443 : 8443}${path}`]),
    `GET http://${authority}${path}`,
    ...(paths === undefined ? [] : [`GET https://${authority}/`]),
  ];
  return { match: [`GET https://${authority}${path}`], ignore: others };
}

function exampleHost(host: string): string {
  if (host === "{tenant}") return "server.example.com";
  return host.replace("{tenant}", "acme").replace(/^\*{1,2}\./, "any.");
}
