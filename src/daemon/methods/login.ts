// login.*: starts the browser form of a login and waits for it. The key goes from the form into the store, past the terminal.
import type { FieldInfo, Params, Result } from "../../control/protocol.ts";
import type { MethodTable, Session } from "../../control/server.ts";
import { describeConnection } from "../../core/connection.ts";
import { formatAuthority } from "../../core/host.ts";
import { checkName } from "../../core/names.ts";
import { describeComputed, describeFields } from "../definitions/field-info.ts";
import type { DaemonParts } from "../parts.ts";
import { beginLogin } from "../oauth/begin-login.ts";
import { locateProvider } from "../logins/locate-provider.ts";
import { acceptComputed, requireComputed } from "../logins/accept-computed.ts";
import { acceptLogin } from "../logins/accept-login.ts";
import { HOST_FIELD, isTenantHost, needsHost } from "../../providers/login/tenant.ts";
import type { ComputedFlow } from "../../core/grant.ts";
import type { Provider } from "../../providers/schema.ts";
import type { FormChoices, FormValues } from "../../ui/login-form.ts";
import { refuseExisting } from "../store-connection.ts";
import { connectionName } from "./connection.ts";

export function loginMethods(parts: DaemonParts): Pick<MethodTable, "login.start" | "login.authorize" | "login.wait"> {
  return {
    "login.start": (params, session) => start(params, { parts, session }),
    "login.authorize": (params, session) => beginLogin(params, { parts, session }),
    "login.wait": ({ loginId }, session) => parts.logins.wait(loginId, session),
  };
}

async function start(
  params: Params<"login.start">,
  { parts, session }: { parts: DaemonParts; session: Session },
): Promise<Result<"login.start">> {
  const { definitions, profiles } = parts;
  const definition = definitions.require(params.provider);
  if (params.connection !== null) checkName("connection", params.connection);
  // Before the form opens, so that a locked profile or an unwritable home is said in the terminal, not after the key was typed.
  const profile = await profiles.ensure(params.profile);
  const ref = { provider: definition.id, name: connectionName(params.connection, definition.id, profile) };
  const before = refuseExisting(profile, ref, params.force);
  // The form asks for the host of {tenant}, also of a connection that has one.
  const { provider, flag: place } = locateProvider(definition, params.host, before);
  const replaces = before !== null;
  const flag = ref.name === "default" ? "" : ` --connection ${ref.name}`;
  const { flow, given = {} } = params;
  const computed = flow === undefined ? null : requireComputed(provider, flow);
  const store = (typed: FormValues, choices: FormChoices): Promise<Result<"login.wait">> => {
    const values = params.host === null || !needsHost(provider) ? typed : { ...typed, [HOST_FIELD]: params.host };
    if (computed !== null) {
      const own = { ...given, ...values };
      return acceptComputed(
        { profile: profile.name, provider, name: ref.name, flow: computed.flow, values: own, force: params.force },
        parts,
      );
    }
    const checks = {
      doubtful: "ask",
      anyShape: params.checks.anyShape || choices.anyShape,
      verify: params.checks.verify && !choices.unverified,
    } as const;
    return acceptLogin({ profile: profile.name, provider, name: ref.name, values, force: params.force, checks }, parts);
  };
  const form = {
    providerName: provider.name,
    connection: describeConnection(ref),
    hosts: provider.endpoints.map(({ host, port }) => formatAuthority({ host: isTenantHost(host) ? (params.host ?? host) : host, port })),
    fields: formFields(provider, flow).filter(({ name }) => (name !== HOST_FIELD || params.host === null) && given[name] === undefined),
    keysUrl: (computed === null ? provider.keysUrl : computed.pageUrl) ?? null,
    replaces,
  };
  const { timeoutMs, uiPort } = params;
  return parts.logins.start(
    { form, timeoutMs, uiPort, again: `keyward login ${ref.provider}${flag}${place}${flow === undefined ? "" : ` --flow ${flow}`}`, store },
    session,
  );
}

function formFields(provider: Provider, flow: ComputedFlow | undefined): readonly FieldInfo[] {
  if (flow === undefined) return describeFields(provider);
  return describeComputed(provider).find((login) => login.flow === flow)?.fields ?? [];
}
