// The naming rules for what users name: connections, profiles, providers, environment variables.
import { KeywardError } from "./errors.ts";

/** Connections and profiles. */
export const NAME_PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/;
export const PROVIDER_ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,63}$/;
export const ENV_NAME_PATTERN = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Returns the name. @throws NAME_INVALID */
export function checkName(kind: "connection" | "profile", name: string): string {
  if (NAME_PATTERN.test(name)) return name;
  throw new KeywardError("NAME_INVALID", `${kind} names are 1 to 64 of a-z, 0-9, '.', '_' or '-' and start with a letter or digit`, {
    hint: "for example: work, team-2",
  });
}

/** `openai` or `openai=work` → provider and connection name. */
export function parseConnectionRef(text: string): { provider: string; connection: string | null } {
  const at = text.indexOf("=");
  const provider = at < 0 ? text : text.slice(0, at);
  if (!PROVIDER_ID_PATTERN.test(provider)) {
    throw new KeywardError("USAGE", "a connection is written PROVIDER=CONNECTION, for example openai=work");
  }
  return { provider, connection: at < 0 ? null : checkName("connection", text.slice(at + 1)) };
}
