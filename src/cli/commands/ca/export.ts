// `keyward ca export`: the certificate itself on stdout, for clients keyward does not set up.
import { define } from "../../define.ts";

export const caExport = define<{ format?: "pem" }>({
  name: "ca export",
  summary: "print the authority's certificate",
  options: [{ flags: "--format <format>", summary: "how to write it (default: pem)", choices: ["pem"] }],
  examples: [
    { command: "keyward ca export > keyward-ca.pem", does: "as PEM, into a file" },
    { command: "keyward ca export --json", does: "inside a JSON object" },
  ],
  run: async (_args, { out, call, profile }) => {
    const { pem, fingerprint } = await call("ca.show", { profile });
    out.object({ format: "pem", certificate: pem, fingerprint });
    if (!out.json) out.raw(pem.endsWith("\n") ? pem : `${pem}\n`);
  },
});
