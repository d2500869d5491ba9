// A login whose credential keyward computes: what it is made from is checked, the first credential is made, then both are stored at once.
// In: the flow, what was typed or picked. Out: the stored connection. Making one proves the source; nothing is stored of one that is refused.
import type { StoredConnection } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import type { ComputedFlow, GrantSource } from "../../core/grant.ts";
import type { Secret } from "../../core/secret.ts";
import type { ComputedRequest } from "../../oauth/computed/kind.ts";
import { COMPUTED_KINDS } from "../../oauth/computed/kinds.ts";
import { publicValue } from "../../oauth/computed/public-value.ts";
import type { TokenSet } from "../../oauth/token-set.ts";
import type { ComputedSection } from "../../providers/oauth/computed-schema.ts";
import { HOST_FIELD } from "../../providers/login/tenant.ts";
import type { Provider } from "../../providers/schema.ts";
import type { DaemonParts } from "../parts.ts";
import { checkOrigins, refuseExisting, storeChecked } from "../store-connection.ts";

export interface ComputedLoginValues {
  /** As open when the login began. */
  readonly profile: string;
  readonly provider: Provider;
  readonly name: string;
  readonly flow: ComputedFlow;
  /** Input name → text; `host` is that of {tenant}. */
  readonly values: Readonly<Record<string, string>>;
  readonly force: boolean;
}

/** @throws OAUTH_*, UPSTREAM_*, KEY_*, FIELD_UNKNOWN, HOST_INVALID, CONNECTION_EXISTS, AUDIT_FAILED, STORE_* */
export async function acceptComputed(login: ComputedLoginValues, parts: DaemonParts): Promise<StoredConnection> {
  const { provider, name, flow, force } = login;
  const section = requireComputed(provider, flow);
  const profile = await parts.profiles.ensure(login.profile);
  refuseExisting(profile, { provider: provider.id, name }, force);
  const { [HOST_FIELD]: typedHost, ...typed } = login.values;
  const bound = checkOrigins(provider, typedHost === undefined ? {} : { [HOST_FIELD]: typedHost });
  const request = requestOf(login, { section, typed, host: bound.host });
  let { source } = request;
  const keep = (renewed: GrantSource): void => {
    source = renewed;
  };
  const tokens = await COMPUTED_KINDS[flow].obtain(request, { send: parts.sendOAuth, clock: parts.clock, keep });
  // The answer took its time: the profile may have been locked, or the name taken, in the meantime.
  const open = await parts.profiles.ensure(login.profile);
  const grant = { ...grantOf(request, section), obtainedAtMs: parts.clock.nowMs(), source: tokens.source ?? source };
  const oauth = { grant, expiresAtMs: tokens.expiresAtMs };
  const stored = storeChecked(open, { provider, name, force }, { ...bound, fields: fieldsOf(section, tokens), notices: [], oauth });
  return { ...stored, notices: [parts.profiles.takeNotice(open.name)].filter((notice) => notice !== null) };
}

/** @throws OAUTH_UNSUPPORTED */
export function requireComputed(provider: Provider, flow: ComputedFlow): ComputedSection {
  const found = provider.computed?.find((section) => section.flow === flow);
  if (found !== undefined) return found;
  const flows = [...(provider.oauth?.flows ?? []), ...(provider.computed ?? []).map((section) => section.flow)];
  const what = flows.length === 0 ? "a key is pasted" : `its flows are: ${flows.join(", ")}`;
  throw new KeywardError("OAUTH_UNSUPPORTED", `${provider.name} has no login by '${flow}'; ${what}`, {
    hint: flows.length === 0 ? `keyward login ${provider.id}` : `keyward login ${provider.id} --flow ${flows[0] ?? ""}`,
  });
}

interface Checked {
  readonly section: ComputedSection;
  readonly typed: Readonly<Record<string, string>>;
  readonly host: string | null;
}

/** @throws KEY_*, FIELD_UNKNOWN */
function requestOf({ provider, name, flow }: ComputedLoginValues, { section, typed, host }: Checked): ComputedRequest {
  const kind = COMPUTED_KINDS[flow];
  const names = kind.inputs.map((input) => input.name);
  // The unknown name is not repeated: it may be a pasted value.
  if (!Object.keys(typed).every((each) => names.includes(each)))
    throw new KeywardError("FIELD_UNKNOWN", `the flow '${flow}' has no such input; it takes ${names.join(", ")}`, {
      detail: { provider: provider.id, fields: names },
    });
  const scopes = (typed["scopes"] ?? "").trim() === "" ? section.scopes.join(" ") : typed["scopes"];
  const withScopes = names.includes("scopes") ? { ...typed, scopes: scopes ?? "" } : typed;
  const values = kind.read(withScopes, { provider: provider.id, name: provider.name, host });
  const source = { flow, values };
  const which = name === "default" ? "" : ` --connection ${name}`;
  return {
    source,
    tokenUrl: fillAddress(section.tokenUrl, source) ?? "",
    refreshUrl: fillAddress(section.refreshUrl, source),
    context: { name: provider.name, again: `keyward login ${provider.id}${which} --flow ${flow}` },
  };
}

function fillAddress(template: string | undefined, source: GrantSource): string | null {
  return template?.replace(/\{([a-z_]+)\}/g, (_, name: string) => publicValue(source, name)) ?? null;
}

function grantOf({ tokenUrl, refreshUrl, source }: ComputedRequest, { field, scopes }: ComputedSection) {
  return {
    field: isAws(source.flow) ? "access_key_id" : field,
    refreshToken: null,
    clientId: "",
    clientSecret: null,
    clientAuth: "post" as const,
    scopes,
    issuer: null,
    tokenUrl,
    revocationUrl: null,
    ...(refreshUrl === null ? {} : { dialect: { refreshUrl } }),
  };
}

function fieldsOf({ flow, field }: ComputedSection, { accessToken, otherFields }: TokenSet): Readonly<Record<string, Secret>> {
  return { ...otherFields, [isAws(flow) ? "access_key_id" : field]: accessToken };
}

function isAws(flow: ComputedFlow): boolean {
  return flow === "assume-role" || flow === "sso";
}
