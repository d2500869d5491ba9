// mitmproxy as Debian packs it: mitmdump without output, large bodies and event streams passed on as they come; an addon of a few lines
// replaces the header and turns its connections to the upstream.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, launch } from "./launch.mjs";
import { obtainCommand } from "./obtain.mjs";

export const name = "mitmproxy";
export const about = "mitmdump, an addon replaces the header";

export async function start({ directory, real, certificates }) {
  const command = obtainCommand("mitmdump", "mitmproxy");
  const port = await freePort();
  const addon = join(directory, "addon.py");
  writeFileSync(addon, addonText(real), { mode: 0o600 });
  const settings = {
    confdir: directory,
    ssl_verify_upstream_trusted_ca: certificates.authorityFile,
    connection_strategy: "lazy",
    stream_large_bodies: "1m",
    flow_detail: "0",
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  const args = ["-q", "--listen-host", "127.0.0.1", "--listen-port", String(port), ...flags, "-s", addon];
  const { pid, close } = await launch(command, args, { port, cwd: directory });
  const ca = readFileSync(join(directory, "mitmproxy-ca-cert.pem"), "utf8");
  const target = { ...real, ca, authorization: "Bearer placeholder", proxy: { port, authorization: "" } };
  return { target, roots: [pid], mintsLeaves: true, close };
}

/** Its option modify_headers leaves requests alone whose bodies are streamed. */
function addonText({ port, authorization }) {
  return `def server_connect(data):
    data.server.address = ("127.0.0.1", ${port})

def requestheaders(flow):
    flow.request.headers["authorization"] = "${authorization}"

def responseheaders(flow):
    if flow.response.headers.get("content-type", "").startswith("text/event-stream"):
        flow.response.stream = True
`;
}
