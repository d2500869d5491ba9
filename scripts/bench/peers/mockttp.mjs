// mockttp as a forwarding proxy that replaces one header; mockttp-process.mjs runs it in a process of its own. It is no dependency of
// this project: it is fetched when it is measured.
import { forkPeer } from "./launch.mjs";
import { obtainModule } from "./obtain.mjs";

export const name = "mockttp";
export const about = "thenPassThrough, updateHeaders";

const VERSION = "4.6.5";

export async function start({ real, certificates }) {
  const module = obtainModule("mockttp", VERSION);
  const order = { module, upstreamPort: real.port, upstreamAuthorityPem: certificates.authorityPem, key: real.authorization };
  const { pid, answer, close } = await forkPeer("mockttp-process.mjs", order);
  const proxy = { port: answer.port, authorization: "" };
  const target = { ...real, ca: answer.authorityPem, authorization: "Bearer placeholder", proxy };
  return { target, roots: [pid], mintsLeaves: true, close };
}
