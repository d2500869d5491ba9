// What backends get from this machine: variables, the environment of programs, the keychain. Wired once, by wire.ts.
import { homedir } from "node:os";
import type { BackendTools } from "../../backends/backend.ts";
import { inheritedEnvironment, readVariable } from "../../config/environment.ts";
import { systemKeychain } from "../../store/custody/keychain.ts";

export function backendTools(variable: BackendTools["variable"]): BackendTools {
  return {
    variable,
    environment: inheritedEnvironment,
    keychain: (service) => (readVariable("KEYWARD_KEYCHAIN")?.toLowerCase() === "off" ? null : systemKeychain(undefined, service)),
    home: homedir(),
  };
}
