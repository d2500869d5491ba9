// A hub whose certificate does not hold: the real command says what is wrong in one line, and the token stays here.
// In: servers with such certificates in the place of a hub. Out: what was said, and every byte that reached them.
import { afterAll, beforeAll, expect, it } from "vitest";
import { newHubToken } from "../../src/hub/tokens/token-format.ts";
import { openScene, type Scene } from "../support/scene.ts";
import { startTlsUpstream, type TlsUpstreamOptions } from "../support/tls-upstream.ts";

const TIMEOUT_MS = 120_000;
let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
}, TIMEOUT_MS);
afterAll(() => scene.close(), TIMEOUT_MS);

async function whoAmI(options: Pick<TlsUpstreamOptions, "certificate" | "authority">) {
  const server = await startTlsUpstream({ hosts: ["localhost"], answer: { status: 401, body: "{}" }, ...options });
  const token = newHubToken("pat");
  scene.keys.push(token);
  const url = `https://localhost:${server.port}`;
  const { exitCode, stdout, stderr } = await scene.home.run(["auth", "whoami"], { env: { KEYWARD_HUB: url, KEYWARD_TOKEN: token } });
  await server.close();
  const sent = Buffer.concat(server.connections.map((connection) => connection.bytes())).toString();
  return { exitCode, stdout, stderr: stderr.replaceAll(url, "URL"), sent, token };
}

it.each([
  ["wrong-host", "the certificate of URL is for another name (ERR_TLS_CERT_ALTNAME_INVALID)", "use the name"],
  ["expired", "the certificate of URL has expired (CERT_HAS_EXPIRED)", "renewed"],
  ["not-yet-valid", "the certificate of URL is not valid yet (CERT_NOT_YET_VALID)", "clock"],
  ["self-signed", "the certificate of URL is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)", "upstream.ca_file"],
] as const)(
  "sends no token to a hub with a certificate that is %s",
  async (certificate, says, hint) => {
    const { exitCode, stdout, stderr, sent } = await whoAmI({ certificate, authority: scene.upstream.authority });
    expect([exitCode, stdout, sent]).toEqual([6, "", ""]);
    const [line = "", ...more] = stderr.trimEnd().split("\n");
    expect(line).toContain(says);
    expect(more.length).toBeLessThan(2);
    expect(stderr).toContain(hint);
    scene.assertNoSecret();
  },
  TIMEOUT_MS,
);

it(
  "sends none where nobody vouches for the certificate, and does where somebody does",
  async () => {
    const stranger = await whoAmI({});
    expect([stranger.exitCode, stranger.sent]).toEqual([6, ""]);
    expect(stranger.stderr).toContain("is not trusted");
    const known = await whoAmI({ authority: scene.upstream.authority });
    expect(known.sent).toContain(`Bearer ${known.token}`);
    scene.assertNoSecret();
  },
  TIMEOUT_MS,
);
