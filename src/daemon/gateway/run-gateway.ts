// Runs a gateway until it is told to end. Started by `keyward gateway`, which reads one line of answer from descriptor 3.
// In: options as JSON; nothing in them is secret. Out: `{"result":…}` when it listens, or `{"error":…}`; then an exit status.
import { writeSync } from "node:fs";
import { pino } from "pino";
import { ensureHome } from "../../config/home.ts";
import { resolvePaths } from "../../config/paths.ts";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import { checkHubUrl } from "../../hub/hub-options.ts";
import { harden } from "../harden.ts";
import { ensureGatewayAuthority } from "./gateway-authority.ts";
import { serveGateway } from "./serve-gateway.ts";

export interface GatewayFlags {
  readonly hubs: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  readonly audit: string;
  readonly denyUnmatched: boolean;
}

const ANSWER_FD = 3;

export async function runGateway(json: string): Promise<void> {
  try {
    const flags = JSON.parse(json) as GatewayFlags;
    const log = pino({ base: null, messageKey: "event" }, pino.destination({ fd: 2, sync: true }));
    const write =
      (level: "error" | "warn" | "info" | "debug" | "trace") =>
      (event: string, detail: object = {}) =>
        log[level](detail, event);
    const daemonLog = { error: write("error"), warn: write("warn"), info: write("info"), debug: write("debug"), trace: write("trace") };
    await harden();
    const paths = resolvePaths();
    ensureHome(paths);
    const [first, ...rest] = flags.hubs.map((url) => checkHubUrl(url));
    if (first === undefined) throw new KeywardError("USAGE", "which hub?", { hint: "keyward gateway --hub https://hub.example.com" });
    const { authority, certificatePath, isNew } = ensureGatewayAuthority(flags.ca, Date.now());
    const { host, port, denyUnmatched } = flags;
    const options = {
      hubUrls: [first, ...rest] as const,
      host,
      port,
      authority,
      auditPath: flags.audit,
      paths,
      log: daemonLog,
      denyUnmatched,
    };
    const gateway = await serveGateway(options);
    writeSync(ANSWER_FD, `${JSON.stringify({ result: { port: gateway.port, certificatePath, isNew } })}\n`);
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    });
    await gateway.close();
  } catch (error) {
    const known = toKeywardError(error);
    writeSync(ANSWER_FD, `${JSON.stringify({ error: known.toBody() })}\n`);
    process.exitCode = known.exitCode;
  }
}
