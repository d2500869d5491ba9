// Forked by bench.mjs, not run by itself: http-mitm-proxy as it is, swapping one header, as a row to compare with.
// It gets the upstream's port, a directory for its certificates and the two header values; it says its port and its certificate authority.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Proxy } from "http-mitm-proxy";

process.once("message", ({ upstreamPort, upstreamAuthorityPem, directory, placeholder, key }) => {
  const proxy = new Proxy();
  proxy.onError(() => {});
  proxy.onRequest((context, next) => {
    const options = context.proxyToServerRequestOptions;
    const servername = options.host;
    Object.assign(options, { host: "127.0.0.1", port: upstreamPort, servername, ca: upstreamAuthorityPem });
    if (options.headers.authorization === placeholder) options.headers.authorization = key;
    next();
  });
  proxy.listen({ host: "127.0.0.1", port: 0, sslCaDir: directory, keepAlive: true }, () => {
    process.send?.({ port: proxy.httpPort, authorityPem: readFileSync(join(directory, "certs", "ca.pem"), "utf8") });
  });
});
process.on("disconnect", () => process.exit());
