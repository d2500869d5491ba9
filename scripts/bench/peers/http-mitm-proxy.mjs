// http-mitm-proxy as it is (the development dependency), swapping one header, kept-alive upstream; ../baseline.mjs runs it.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { forkPeer } from "./launch.mjs";

export const name = "http-mitm-proxy";
export const about = "1.1.0 as it is, onRequest swaps the header";

export async function start({ directory, real, certificates }) {
  const placeholder = "Bearer placeholder";
  mkdirSync(join(directory, "certificates"));
  const order = { upstreamPort: real.port, upstreamAuthorityPem: certificates.authorityPem, placeholder, key: real.authorization };
  const { pid, answer, close } = await forkPeer("../baseline.mjs", { ...order, directory: join(directory, "certificates") });
  const proxy = { port: answer.port, authorization: "" };
  return { target: { ...real, ca: answer.authorityPem, authorization: placeholder, proxy }, roots: [pid], mintsLeaves: true, close };
}
