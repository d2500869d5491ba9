// nginx as a fixed reverse proxy: TLS ends, one header is replaced, TLS begins again over kept-alive connections; one worker, no log.
// It knows its only host beforehand, takes no CONNECT and asks nobody for a token: the limit of what a proxy can reach here.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, launch } from "./launch.mjs";
import { obtainCommand } from "./obtain.mjs";

export const name = "nginx";
export const about = "fixed TLS→TLS reverse proxy with a replaced header: the limit";

export async function start({ directory, real, certificates }) {
  const command = obtainCommand("nginx", "nginx-light");
  const port = await freePort();
  const file = join(directory, "nginx.conf");
  writeFileSync(file, configuration({ directory, port, real, certificates }), { mode: 0o600 });
  const { pid, close } = await launch(command, ["-c", file, "-p", directory, "-e", join(directory, "error.log")], { port, cwd: directory });
  // Its certificate is the upstream's own: the leaf of the throwaway authority fits both.
  return { target: { ...real, port, authorization: "Bearer placeholder" }, roots: [pid], offersHttp2: true, close };
}

function configuration({ directory, port, real, certificates }) {
  const user = process.getuid?.() === 0 ? "user root;" : "";
  return `${user}
daemon off; worker_processes 1; pid ${directory}/nginx.pid; error_log ${directory}/error.log error;
events { worker_connections 8192; }
http {
  access_log off; server_tokens off; tcp_nodelay on;
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy; fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
  client_max_body_size 0; keepalive_requests 1000000000; keepalive_timeout 600s;
  upstream api { server 127.0.0.1:${real.port}; keepalive 256; keepalive_requests 1000000000; keepalive_timeout 600s; }
  server {
    listen 127.0.0.1:${port} ssl http2 backlog=4096;
    http2_max_concurrent_streams 256;
    ssl_certificate ${certificates.leafFile}; ssl_certificate_key ${certificates.leafKeyFile};
    location / {
      proxy_pass https://api; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header Host ${real.servername}; proxy_set_header Authorization "${real.authorization}";
      proxy_ssl_server_name on; proxy_ssl_name ${real.servername}; proxy_ssl_verify on;
      proxy_ssl_trusted_certificate ${certificates.authorityFile};
      proxy_request_buffering off; proxy_max_temp_file_size 0; proxy_read_timeout 600s;
      location /sse { proxy_pass https://api; proxy_buffering off; }
    }
  }
}
`;
}
