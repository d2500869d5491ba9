// `keyward hub serve`: the hub in the foreground, until it is told to end. Its log goes to standard error, one JSON line an event.
import { define } from "../../define.ts";
import { DATA_OPTION, DATABASE_OPTION, type HubArgs, hubFlags, hubVariables } from "../../at-hub/hub-flags.ts";
import { startHub } from "../../at-hub/start-hub.ts";

export const hubServe = define<HubArgs>({
  name: "hub serve",
  summary: "run a hub in the foreground",
  details:
    "Ends on SIGTERM or Ctrl-C after what is under way. Several may serve one PostgreSQL; docs/hub.md has a systemd unit and a compose file.",
  options: [
    DATA_OPTION,
    DATABASE_OPTION,
    { flags: "--listen <address>", summary: "address and port (default: 127.0.0.1:8787)" },
    { flags: "--tls-cert <file>", summary: "certificate chain; without it something in front has to end TLS" },
    { flags: "--tls-key <file>", summary: "the certificate's key" },
    { flags: "--url <origin>", summary: "what browsers and daemons call the hub: https://hub.example.com" },
    {
      flags: "--trusted-proxy <address>",
      summary: "address or network of what is in front, whose X-Forwarded-For is believed; several times if need be",
      repeat: true,
    },
    { flags: "--insecure-http", summary: "plain http to other machines, with nothing in front that ends TLS" },
    { flags: "--linger <seconds>", summary: "after SIGTERM, how long /readyz says 503 before connections are refused (default: 0)" },
    { flags: "--keep-runs-days <days>", summary: "remove runs that were uploaded longer ago (default: keep them)" },
    { flags: "--keep-audit-days <days>", summary: "remove older audit events; what stays can be verified as before (default: keep them)" },
    { flags: "--oidc-issuer <url>", summary: "OpenID provider where people may sign in; its secret comes as KEYWARD_HUB_OIDC_SECRET" },
    { flags: "--oidc-client-id <id>", summary: "what the hub is called there; its redirect address is <url>/sign-in/upstream/callback" },
  ],
  examples: [
    { command: "keyward hub serve", does: "on loopback, to try it" },
    { command: "keyward hub serve --listen :443 --tls-cert c.pem --tls-key k.pem --url https://hub.example.com", does: "for a team" },
  ],
  run: async (args, context) => {
    const start = { flags: hubFlags(context, args), variables: hubVariables(context, args), environment: context.world.environment };
    const { result, ended } = await startHub({ verb: "serve", ...start });
    context.out.note(`the hub listens at ${String(result["url"])}`);
    context.out.object({ url: result["url"], public_url: result["publicUrl"] });
    return await ended;
  },
});
