// The usual start of an end-to-end test: a fresh home, an upstream that stands in for the named hosts, and keys stored through the real command.
// In: hosts and what the upstream answers. Out: a scene to play in; `close()` leaves nothing behind.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomText } from "../../src/core/ids.ts";
import { type SettingsPatch, TempHome } from "./temp-home.ts";
import { startTlsUpstream, type TlsUpstream, type TlsUpstreamOptions } from "./tls-upstream.ts";

export interface SceneOptions extends Partial<TlsUpstreamOptions> {
  readonly settings?: SettingsPatch;
}

export class Scene {
  readonly home: TempHome;
  readonly upstream: TlsUpstream;
  /** Every real key stored so far: the canaries of this scene. */
  readonly keys: string[] = [];

  constructor(home: TempHome, upstream: TlsUpstream) {
    this.home = home;
    this.upstream = upstream;
  }

  /** Stores a new random key and returns it. */
  async login(provider: "openai" | "github", args: readonly string[] = []): Promise<string> {
    const key = makeKey(provider);
    this.keys.push(key);
    await this.home.succeed(["login", provider, "--stdin", ...args], { stdin: `${key}\n` });
    return key;
  }

  /** No key in anything printed or written. */
  assertNoSecret(): void {
    this.home.assertNoSecret(this.keys);
  }

  async close(): Promise<void> {
    await this.home.remove();
    await this.upstream.close();
  }
}

export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const hosts = options.hosts ?? ["api.openai.com"];
  const upstream = await startTlsUpstream({ ...options, hosts });
  const home = new TempHome();
  const caFile = join(home.root, "upstream-ca.pem");
  writeFileSync(caFile, upstream.authority.certificatePem);
  home.set({
    "upstream.ca_file": caFile,
    "upstream.resolve": upstream.resolveEntries(hosts),
    "network.allow": ["127.0.0.0/8"],
    ...options.settings,
  });
  return new Scene(home, upstream);
}

/** A key of the right shape that nobody else has; put together here, so that no file holds one. */
export function makeKey(provider: "openai" | "github"): string {
  return provider === "openai" ? `sk-${randomText(48)}` : githubToken(randomText(30));
}

/** `ghp_`, 30 characters and their CRC-32 in six base62 digits, as GitHub issues them. */
function githubToken(body: string): string {
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  let [value, checksum] = [crc32(body), ""];
  for (let at = 0; at < 6; at++) {
    checksum = digits.charAt(value % 62) + checksum;
    value = Math.floor(value / 62);
  }
  return `ghp_${body}${checksum}`;
}

function crc32(text: string): number {
  let value = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}
