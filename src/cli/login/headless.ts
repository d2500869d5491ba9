// Can a browser on this machine show the login form to the person who typed the command?
// In: the environment, the platform, whether a terminal is there. Out: yes or no. It starts nothing.
import { type Environment, isUnattended, readVariable } from "../../config/environment.ts";

export interface BrowserFacts {
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
  /** Standard input or standard error is a terminal. */
  readonly hasTerminal: boolean;
}

export function hasBrowser({ environment, platform, hasTerminal }: BrowserFacts): boolean {
  if (isUnattended(environment)) return false;
  const browser = readVariable("BROWSER", environment);
  if (browser !== undefined && browser.toLowerCase() === "none") return false;
  if (readVariable("SSH_CONNECTION", environment) !== undefined) return false;
  // A named program is meant to be used, also by a tool that runs keyward without a terminal.
  if (browser !== undefined) return true;
  if (!hasTerminal) return false;
  if (platform !== "linux") return true;
  return readVariable("DISPLAY", environment) !== undefined || readVariable("WAYLAND_DISPLAY", environment) !== undefined;
}
