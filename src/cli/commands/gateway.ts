// `keyward gateway`: the proxy for containers and machines without a daemon, admitted by run tokens of a hub. In the foreground.
import { join } from "node:path";
import { readVariable } from "../../config/environment.ts";
import { KeywardError } from "../../core/errors.ts";
import { define } from "../define.ts";
import { readListen } from "../at-hub/hub-flags.ts";
import { startHub } from "../at-hub/start-hub.ts";

interface Args {
  readonly hub?: readonly string[];
  readonly listen?: string;
  readonly ca?: string;
  readonly audit?: string;
  readonly denyUnmatched?: boolean;
}

export const gateway = define<Args>({
  name: "gateway",
  summary: "serve the proxy to containers and machines, admitted by run tokens of a hub",
  details:
    "A program behind it sets HTTPS_PROXY=http://run:TOKEN@GATEWAY:PORT with a token of: keyward token create --kind run. It trusts the certificate that stands " +
    "beside the file of --ca. Whatever stands where a key belongs is replaced for the hosts of the token's connections; a slot that is empty is filled.\n" +
    "It keeps nothing but its audit, so any number may serve, each with the same --ca. A revoked token is refused within seconds.",
  options: [
    { flags: "--hub <url>", summary: "the hub; several times for several addresses of one hub (default: KEYWARD_HUB)", repeat: true },
    { flags: "--listen <address>", summary: "address and port (default: 127.0.0.1:8788)" },
    { flags: "--ca <file>", summary: "PEM with certificate and key, made when missing (default: gateway-ca.pem in keyward's home)" },
    { flags: "--audit <file>", summary: "where the audit goes (default: gateway.audit.jsonl in keyward's home)" },
    { flags: "--deny-unmatched", summary: "refuse hosts that no connection of the token owns" },
  ],
  examples: [
    { command: "keyward gateway --hub https://hub.example.com --listen 0.0.0.0:8788", does: "for a fleet" },
    { command: "keyward gateway --deny-unmatched", does: "nothing but the tokens' own hosts; the hub is that of KEYWARD_HUB" },
  ],
  run: async (args, context) => {
    const { paths, world, out } = context;
    const named = readVariable("KEYWARD_HUB", world.environment);
    const hubs = args.hub ?? (named === undefined ? [] : [named]);
    if (hubs.length === 0) throw new KeywardError("USAGE", "which hub?", { hint: "keyward gateway --hub https://hub.example.com" });
    const flags = {
      hubs,
      ...readListen(args.listen ?? "127.0.0.1:8788"),
      ca: args.ca ?? join(paths.home, "gateway-ca.pem"),
      audit: args.audit ?? join(paths.home, "gateway.audit.jsonl"),
      denyUnmatched: args.denyUnmatched === true,
    };
    const { result, ended } = await startHub({ verb: "gateway", flags, variables: {}, environment: world.environment });
    out.note(`the gateway listens on port ${String(result["port"])}; programs trust ${String(result["certificatePath"])}`);
    out.object({ port: result["port"], certificate: result["certificatePath"] });
    return await ended;
  },
});
