// The variables of a sandboxed program: without those that lead to sockets and keys it cannot reach, and with one that says where it is.
// In: the run's environment, names the user wants to keep. Out: the environment.
// Whether this very process is in a sandbox is known here as well.
import { existsSync } from "node:fs";
import { KeywardError } from "../../core/errors.ts";
import { INSIDE_DIRECTORY } from "./mounts.ts";

/** Agents, buses, displays, containers, terminals of others: nothing of theirs is in the sandbox. */
const LED_OUTSIDE =
  /^(?:SSH_AUTH_SOCK|SSH_AGENT_PID|SSH_ASKPASS|GPG_AGENT_INFO|GNUPGHOME|GNOME_KEYRING_\w+|DBUS_\w+|XDG_RUNTIME_DIR|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DOCKER_HOST|CONTAINER_HOST|PODMAN_\w+|KRB5CCNAME|TMUX|TMUX_PANE|STY|VSCODE_IPC_\w+|VSCODE_GIT_\w+|KEYWARD_KEY_FILE|KEYWARD_KEY_COMMAND|NOTIFY_SOCKET|LISTEN_\w+)$/;

export const SANDBOX_VARIABLE = "KEYWARD_SANDBOX";

export function sandboxEnvironment(env: Readonly<Record<string, string>>, keepEnv: readonly string[]): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !LED_OUTSIDE.test(name) || keepEnv.includes(name));
  return { ...Object.fromEntries(kept), [SANDBOX_VARIABLE]: "1" };
}

/** keyward called by a program in a sandbox finds neither daemon nor store: it says so, and makes no new ones. @throws SANDBOX_INSIDE */
export function refuseInside(environment: Readonly<Record<string, string | undefined>>): void {
  if (environment[SANDBOX_VARIABLE] !== "1" && !existsSync(INSIDE_DIRECTORY)) return;
  throw new KeywardError("SANDBOX_INSIDE", "this is the inside of a run's sandbox, from where keyward cannot be used", {
    hint: "call keyward outside of the run",
  });
}
