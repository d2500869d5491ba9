// Why bubblewrap could not make a sandbox, in words and with the next command. In: what it wrote. Out: a KeywardError.
import { KeywardError } from "../../core/errors.ts";

interface Case {
  readonly sign: RegExp;
  readonly message: string;
  readonly hint: string;
}

const CASES: readonly Case[] = [
  {
    sign: /kernel does not allow|unprivileged_userns_clone/i,
    message: "this system does not let ordinary users make user namespaces, which the sandbox needs",
    hint: "sudo sysctl -w kernel.unprivileged_userns_clone=1",
  },
  {
    sign: /setting up uid map|uid_map|loopback: Failed RTM_NEWADDR/i,
    message: "a security module (AppArmor) forbids bubblewrap to make user namespaces",
    hint: "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
  },
  {
    sign: /max_user_namespaces|No space left on device|Creating new namespace failed: (?:resource|too many)/i,
    message: "this system allows no more user namespaces",
    hint: "sudo sysctl -w user.max_user_namespaces=15000",
  },
  {
    sign: /Creating new namespace failed|Operation not permitted|Failed to make \/ slave|pivot_root|Can't mount proc/i,
    message: "the system forbids bubblewrap to make namespaces, as most containers do",
    hint: "start the container with: --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined",
  },
];

export function explainFailure(complaint: string): KeywardError {
  const known = CASES.find(({ sign }) => sign.test(complaint));
  const said = complaint.split("\n").find((line) => line.trim() !== "") ?? "it ended without a word";
  if (known === undefined) return new KeywardError("SANDBOX_UNAVAILABLE", `the sandbox cannot be made: ${said.slice(0, 300)}`);
  return new KeywardError("SANDBOX_UNAVAILABLE", `${known.message} (${said.slice(0, 200)})`, { hint: known.hint });
}

export function bubblewrapMissing(): KeywardError {
  return new KeywardError("SANDBOX_UNAVAILABLE", "--sandbox needs bubblewrap (bwrap), which is not installed", {
    hint: "sudo apt-get install bubblewrap (dnf, pacman and apk call it bubblewrap as well)",
  });
}
