// A login's values on their way into the store: checked for shape, then by the provider itself, then written.
// In: what was typed and how far to check it. Out: the stored connection with its notices. Nothing is stored of a login that is refused.
import type { LoginChecks, StoredConnection } from "../../control/protocol.ts";
import { describeConnection } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import { newId } from "../../core/ids.ts";
import type { Provider } from "../../providers/schema.ts";
import type { DaemonParts } from "../parts.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { type CheckedCredential, checkValues, refuseExisting, storeChecked } from "../store-connection.ts";
import type { Verdict } from "../../providers/login/judge-answer.ts";
import { verifyCredential } from "../verify/verify-credential.ts";
import { noteShortSecrets } from "./short-secrets.ts";

export interface LoginValues {
  /** As open when the login began. */
  readonly profile: string;
  readonly provider: Provider;
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  readonly force: boolean;
  readonly checks: LoginChecks;
}

/** @throws LOGIN_REJECTED, CONNECTION_EXISTS, FIELD_UNKNOWN, HOST_INVALID, KEY_*, AUDIT_FAILED, STORE_* */
export async function acceptLogin(login: LoginValues, parts: DaemonParts): Promise<StoredConnection> {
  const { provider, name, checks } = login;
  const profile = await parts.profiles.ensure(login.profile);
  refuseExisting(profile, { provider: provider.id, name }, login.force);
  const checked = checkValues(profile, { ...login, ...checks });
  const verdict = checks.verify ? await askProvider(login, checked, { profile, parts }) : null;
  if (verdict?.outcome === "refused") throw rejected(login, verdict);
  // The answer took its time: the profile may have been locked, or the name taken, in the meantime.
  const open = await parts.profiles.ensure(login.profile);
  const stored = storeChecked(open, login, checked);
  const short = noteShortSecrets(login, checked.fields, parts);
  const notices = [describeVerdict(provider, verdict), short, parts.profiles.takeNotice(open.name)].filter((notice) => notice !== null);
  return { ...stored, notices: [...stored.notices, ...notices] };
}

function askProvider(
  { provider, name }: LoginValues,
  { fields, origins, host }: CheckedCredential,
  { profile, parts }: { readonly profile: UnlockedProfile; readonly parts: DaemonParts },
): Promise<Verdict | null> {
  return verifyCredential(
    { provider, fields, origins, host },
    {
      dialler: parts.dialler,
      onRelease: ({ method, authority, path }) =>
        profile.audit.release({
          kind: "request",
          requestId: newId("req"),
          runId: null,
          provider: provider.id,
          connection: name,
          method,
          host: authority.host,
          port: authority.port,
          path,
          credential: "filled",
        }),
    },
  );
}

function describeVerdict(provider: Provider, verdict: Verdict | null): string | null {
  if (verdict === null || verdict.outcome === "known") return null;
  if (verdict.outcome === "limited")
    return `${provider.name} knows the credential, but it is limited (the check was answered ${verdict.status})`;
  return `the credential was not checked: ${verdict.reason}; it is stored as it is`;
}

function rejected({ provider, name, force }: LoginValues, { status }: Verdict): KeywardError {
  const ref = { provider: provider.id, name };
  const flags = `${name === "default" ? "" : ` --connection ${name}`}${force ? " --force" : ""}`;
  return new KeywardError(
    "LOGIN_REJECTED",
    `${provider.name} does not know this credential (answer ${status}); ${describeConnection(ref)} was not stored`,
    {
      hint: `copy it again${provider.keysUrl === undefined ? "" : ` from ${provider.keysUrl}`}; to store it all the same: keyward login ${provider.id}${flags} --no-verify`,
      detail: { provider: provider.id, status: status ?? 0, overridable: true },
    },
  );
}
