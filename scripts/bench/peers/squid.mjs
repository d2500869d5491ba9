// squid with ssl_bump: CONNECT, a certificate made for the host, one header replaced, kept-alive TLS upstream; one worker, no cache, no log.
import { spawnSync } from "node:child_process";
import { chownSync, copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, launch } from "./launch.mjs";
import { obtainCommand, Unobtainable } from "./obtain.mjs";

export const name = "squid";
export const about = "ssl_bump, request_header_replace";

const MINTER = "/usr/lib/squid/security_file_certgen";

export async function start({ directory, real, certificates, hosts }) {
  const command = obtainCommand("squid", "squid-openssl");
  if (!existsSync(MINTER)) throw new Unobtainable("squid is there without TLS; install the Debian package squid-openssl and try again");
  const port = await freePort();
  const paths = prepare({ directory, certificates, hosts });
  writeFileSync(paths.configuration, configuration({ directory, port, real, paths }));
  giveAway(directory);
  const { pid, close } = await launch(command, ["-N", "-f", paths.configuration], { port, cwd: directory });
  // It has the upstream's address from a file and dials the port that the URL names.
  const target = { ...real, authorization: "Bearer placeholder", proxy: { port, authorization: "" }, urlPort: real.port };
  return { target, roots: [pid], mintsLeaves: true, close };
}

function prepare({ directory, certificates, hosts }) {
  const paths = {
    configuration: join(directory, "squid.conf"),
    authority: join(directory, "authority.pem"),
    leaves: join(directory, "leaves"),
  };
  writeFileSync(paths.authority, readFileSync(certificates.authorityKeyFile, "utf8") + certificates.authorityPem, { mode: 0o600 });
  copyFileSync(certificates.authorityFile, join(directory, "roots.pem"));
  writeFileSync(join(directory, "hosts"), `127.0.0.1 ${hosts.join(" ")}\n`);
  const made = spawnSync(MINTER, ["-c", "-s", paths.leaves, "-M", "16MB"], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`it cannot keep certificates: ${made.stderr.trim()}`);
  return paths;
}

/** As root it drops to a user of its own, who must be able to read all this. */
function giveAway(directory) {
  if (process.getuid?.() !== 0) return;
  const owner = /^proxy:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8"));
  if (owner === null) throw new Error("there is no user proxy");
  chownSync(directory, Number(owner[1]), Number(owner[2]));
  spawnSync("chown", ["-R", "proxy:proxy", directory]);
}

function configuration({ directory, port, real, paths }) {
  return `
http_port 127.0.0.1:${port} ssl-bump generate-host-certificates=on dynamic_cert_mem_cache_size=16MB tls-cert=${paths.authority}
sslcrtd_program ${MINTER} -s ${paths.leaves} -M 16MB
sslcrtd_children 2 startup=1 idle=1
ssl_bump bump all
tls_outgoing_options cafile=${directory}/roots.pem
hosts_file ${directory}/hosts
http_access allow all
request_header_access Authorization deny all
request_header_replace Authorization ${real.authorization}
via off
forwarded_for delete
cache deny all
cache_mem 8 MB
access_log none
cache_log ${directory}/cache.log
cache_store_log none
pid_filename ${directory}/squid.pid
coredump_dir ${directory}
pinger_enable off
netdb_filename none
max_filedescriptors 16384
shutdown_lifetime 0 seconds
client_idle_pconn_timeout 10 minutes
server_idle_pconn_timeout 10 minutes
read_timeout 10 minutes
visible_hostname bench
workers 1
`;
}
