// `keyward ca show`: the certificate that runs trust, for people. The private key never leaves the daemon.
import { define } from "../../define.ts";
import { isoTime, relativeTime } from "../../text/times.ts";

export const caShow = define({
  name: "ca show",
  summary: "show the certificate authority of this machine's runs",
  examples: [
    { command: "keyward ca show", does: "subject, expiry, fingerprint, file" },
    { command: "keyward ca show --json", does: "the same for a script" },
  ],
  run: async (_args, { out, call, profile, world }) => {
    const { path, subject, expiresAtMs, fingerprint } = await call("ca.show", { profile });
    out.facts([
      ["subject", subject],
      ["expires", `${isoTime(expiresAtMs) ?? ""} (${relativeTime(expiresAtMs, world.nowMs())})`],
      ["SHA-256", fingerprint],
      ["certificate", path],
    ]);
    out.object({ subject, expires_at: isoTime(expiresAtMs), fingerprint, path });
  },
});
