// Forked by mockttp.mjs, not run by itself: mockttp with its own certificate authority, forwarding everything to the upstream with one
// header replaced. In: {module, upstreamPort, upstreamAuthorityPem, key} once. Out: its port and its authority.

process.once("message", (order) => void serve(order));
process.on("disconnect", () => process.exit());

async function serve({ module, upstreamPort, upstreamAuthorityPem, key }) {
  const mockttp = await import(module);
  const { getLocal, generateCACertificate } = mockttp.default ?? mockttp;
  const authority = await generateCACertificate({ subject: { commonName: "keyward bench mockttp" } });
  const server = getLocal({ https: { key: authority.key, cert: authority.cert }, recordTraffic: false, http2: false });
  await server.start({ startPort: 20_000 + (process.pid % 20_000), endPort: 60_000 });
  await server.forAnyRequest().thenPassThrough({
    additionalTrustedCAs: [{ cert: upstreamAuthorityPem }],
    transformRequest: {
      updateHeaders: { authorization: key },
      replaceHost: { targetHost: `127.0.0.1:${upstreamPort}`, updateHostHeader: false },
    },
  });
  process.send?.({ port: server.port, authorityPem: authority.cert });
}
