// Says, when somebody logs in, that a secret is too short to be looked for in answers without being asked for. In: what is stored, the
// settings. Out: one line with the next command, or null. Where a setting for the connection is there, it was decided.
import type { Paths } from "../../config/paths.ts";
import { loadSettings } from "../../config/settings-file.ts";
import type { ConnectionRef } from "../../core/connection.ts";
import type { Secret } from "../../core/secret.ts";
import type { Provider } from "../../providers/schema.ts";
import { MIN_UNASKED_CHARACTERS } from "../../proxy/scrub/armed.ts";
import { MIN_SECRET_BYTES } from "../../proxy/scrub/find/key-forms.ts";
import type { DaemonLog } from "../log.ts";
import { ScrubSettings } from "../proxy/scrub-settings.ts";

export interface ShortSecretsContext {
  readonly paths: Paths;
  readonly log: Pick<DaemonLog, "warn">;
}

/** Every secret counts, as every one is looked for. */
export function noteShortSecrets(
  { provider, name }: { readonly provider: Provider; readonly name: string },
  fields: Readonly<Record<string, Secret>>,
  { paths, log }: ShortSecretsContext,
): string | null {
  const lengths = provider.fields.flatMap((field) => (field.secret ? [fields[field.name]?.length ?? MIN_UNASKED_CHARACTERS] : []));
  const shortest = Math.min(...lengths);
  const ref: ConnectionRef = { provider: provider.id, name };
  const mode = new ScrubSettings(paths, log).modeFor(ref);
  if (mode === "off" || shortest >= MIN_UNASKED_CHARACTERS) return null;
  if (shortest < MIN_SECRET_BYTES)
    return `a secret shorter than ${MIN_SECRET_BYTES} characters cannot be looked for in answers, and is not masked there`;
  if (mode !== null) return null;
  const entry = `${provider.id}${name === "default" ? "" : `/${name}`}=mask`;
  const list = [...loadSettings(paths).scrub, entry].join(",");
  return `a secret shorter than ${MIN_UNASKED_CHARACTERS} characters is not looked for in answers unless asked for: keyward config set scrub ${list}`;
}
