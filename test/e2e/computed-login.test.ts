// Computed credentials with the real command, daemon and proxy: the key goes into the store, a child sends a placeholder, the upstream sees
// the short-lived credential that an endpoint gave for a signature it has checked.
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTokenEndpoint, type Told, type TokenEndpoint } from "../support/token-endpoint.ts";
import { openJwt } from "../unit/oauth/computed/keys.ts";
import { TempHome } from "../support/temp-home.ts";
import { startTlsUpstream, type TlsUpstream } from "../support/tls-upstream.ts";

const API = "api.acme.test";
const AUTH = "auth.acme.test";
const RSA = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const PEM = RSA.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const PUBLIC_PEM = RSA.publicKey.export({ type: "spki", format: "pem" }).toString();
const LOGIN = ["login", "acme", "--flow", "app", "--set", "app_id=12", "--set", "installation_id=34"];

let endpoint: TokenEndpoint;
let upstream: TlsUpstream;
let home: TempHome;
let given = 0;
let lifeMs = 3_600_000;
let told: (() => Told) | null = null;

beforeEach(async () => {
  given = 0;
  lifeMs = 3_600_000;
  told = null;
  endpoint = await startTokenEndpoint([AUTH], ({ headers }) => {
    openJwt(String(headers["authorization"]).replace("Bearer ", ""), PUBLIC_PEM);
    if (told !== null) return told();
    given += 1;
    return { status: 201, json: { token: `ghs_number_${given}`, expires_at: new Date(Date.now() + lifeMs).toISOString() } };
  });
  upstream = await startTlsUpstream({ hosts: [API] });
  home = new TempHome();
  const roots = join(home.root, "roots.pem");
  writeFileSync(roots, upstream.authority.certificatePem + endpoint.caPem);
  const resolve = [...upstream.resolveEntries([API]), `${AUTH}:443=127.0.0.1:${endpoint.port}`];
  home.set({ "upstream.resolve": resolve, "upstream.ca_file": roots, "network.allow": ["127.0.0.0/8"] });
  const definition = {
    id: "acme",
    name: "Acme",
    category: "other",
    endpoints: [{ host: API }],
    fields: [{ name: "key", label: "Key", env: ["ACME_TOKEN"] }],
    inject: [
      [{ in: "header", name: "X-Acme-Key", templates: ["{key}"], when: "key" }],
      [
        { in: "header", name: "Authorization", templates: ["Bearer {key}"], when: "oauth" },
        { in: "header", name: "X-Token-Type", templates: ["APP"], when: "oauth" },
      ],
    ],
    computed: [{ flow: "app", tokenUrl: `https://${AUTH}/app/{installation_id}/tokens`, howTo: "Download a key" }],
    sources: ["a test"],
    examples: { match: [`GET https://${API}/v1`], ignore: ["GET https://acme.test/"] },
  };
  await home.succeed(["provider", "add", home.write("acme.json", JSON.stringify(definition))]);
});

afterEach(async () => {
  await home.remove();
  await upstream.close();
  await endpoint.close();
});

const keyFile = (text = PEM): string => {
  const path = home.write("app.pem", text);
  return path;
};
const send = (header: string): string[] => ["run", "--", "sh", "-c", `curl -sS -o /dev/null -H "${header}" https://${API}/v1`];

describe("a login with a GitHub App's key", () => {
  it("stores the key, proves it, and gives a child what it makes: in the place for tokens, with its label", async () => {
    await home.succeed([...LOGIN, "--from-file", keyFile()]);
    expect(endpoint.requests[0]?.url.pathname).toBe("/app/34/tokens");
    await home.succeed(send("Authorization: Bearer $ACME_TOKEN"));
    expect(upstream.requests.at(-1)?.headers).toMatchObject({ authorization: "Bearer ghs_number_1", "x-token-type": "APP" });
    // A program that knows keys only: the placeholder moves to where tokens go.
    await home.succeed(send("X-Acme-Key: $ACME_TOKEN"));
    expect(upstream.requests.at(-1)?.headers).toMatchObject({ authorization: "Bearer ghs_number_1", "x-token-type": "APP" });
    expect(upstream.requests.at(-1)?.headers).not.toHaveProperty("x-acme-key");
    expect(given).toBe(1);
    const listed = await home.succeed(["list", "--json"]);
    expect(listed.stdout).toContain('"connected"');
    const line = PEM.split("\n")[1] ?? "";
    for (const output of home.outputs) expect(output).not.toContain(line);
  });

  it("makes the next one when the last has ended, once", async () => {
    lifeMs = 1;
    await home.succeed([...LOGIN, "--from-file", keyFile()]);
    lifeMs = 3_600_000;
    await home.succeed(send("Authorization: Bearer $ACME_TOKEN"));
    await home.succeed(send("Authorization: Bearer $ACME_TOKEN"));
    expect(upstream.requests.map(({ headers }) => headers["authorization"])).toEqual(["Bearer ghs_number_2", "Bearer ghs_number_2"]);
    expect(given).toBe(2);
  });

  it("comes from standard input too, and never from an argument", async () => {
    await home.succeed([...LOGIN, "--stdin"], { stdin: PEM });
    const refused = await home.run(["login", "acme", "--force", "--flow", "app", "--set", `private_key=${PEM}`]);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain("never an argument");
    expect(refused.stderr).not.toContain(PEM.split("\n")[1]);
  });

  it("stores nothing of a key that cannot be used, and says why in one line", async () => {
    const encrypted = RSA.privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" }).toString();
    const curve = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    for (const [text, why] of [
      [encrypted, "encrypted"],
      [curve, "RSA key is needed"],
      ["hello", "not a PEM file"],
    ] as const) {
      const refused = await home.run([...LOGIN, "--from-file", keyFile(text)]);
      expect(refused.exitCode).toBe(2);
      expect(refused.stderr).toContain(why);
    }
    told = () => ({ status: 404, json: {} });
    const refused = await home.run([...LOGIN, "--from-file", keyFile()]);
    expect(refused.stderr).toContain("no such installation");
    expect((await home.succeed(["list", "--json"])).stdout).not.toContain('"acme"');
    const missing = await home.run(["login", "acme", "--flow", "app", "--set", "app_id=12", "--stdin"], { stdin: PEM });
    expect(missing.stderr).toContain("--set installation_id=");
    const other = await home.run(["login", "acme", "--flow", "sso", "--stdin"], { stdin: "{}" });
    expect(other.stderr).toContain("no login by 'sso'");
  });
});
