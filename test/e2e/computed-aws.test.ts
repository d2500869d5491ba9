// A role's temporary keys from the login to the signed request: the base keys go into the store, STS gives three short-lived values for
// them, a child signs with placeholders, and the service checks the signature that leaves keyward as AWS does.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { signatureFault } from "../support/aws-verifier.ts";
import { describeWithClients, PYTHON } from "../support/clients.ts";
import { TempHome } from "../support/temp-home.ts";
import { type Asked, startTokenEndpoint, type Told, type TokenEndpoint } from "../support/token-endpoint.ts";
import { type RecordedRequest, startTlsUpstream, type TlsUpstream } from "../support/tls-upstream.ts";

const STS = "sts.eu-west-1.amazonaws.com";
const TABLES = "dynamodb.eu-west-1.amazonaws.com";
const BASE = { id: `AKIA${"B".repeat(16)}`, secret: "base/+".repeat(7).slice(0, 40) };
const ROLE = "arn:aws:iam::123456789012:role/deploy";

interface RoleKeys {
  readonly id: string;
  readonly secret: string;
  readonly session: string;
}

let sts: TokenEndpoint;
let tables: TlsUpstream;
let home: TempHome;
/** What STS gave, the last one last. */
const given: RoleKeys[] = [];
let lifeMs = 3_600_000;

const keysOf = (number: number): RoleKeys => ({
  id: `ASIA${String(number).padStart(16, "R")}`,
  secret: `role/+${number}`.padEnd(40, "s"),
  session: `session//${number}==`.padStart(120, "t"),
});

function assumeRole({ method, url, headers, body, form }: Asked): Told {
  const fault = signatureFault({ method, target: `${url.pathname}${url.search}`, headers, body: Buffer.from(body) }, BASE);
  if (fault !== null || form.get("RoleArn") !== ROLE) return { status: 403, text: "<Error><Code>SignatureDoesNotMatch</Code></Error>" };
  const keys = keysOf(given.length + 1);
  given.push(keys);
  const expiration = new Date(Date.now() + lifeMs).toISOString();
  const parts = `<AccessKeyId>${keys.id}</AccessKeyId><SecretAccessKey>${keys.secret}</SecretAccessKey>`;
  return { text: `<Credentials>${parts}<SessionToken>${keys.session}</SessionToken><Expiration>${expiration}</Expiration></Credentials>` };
}

beforeEach(async () => {
  given.splice(0);
  lifeMs = 3_600_000;
  sts = await startTokenEndpoint([STS], assumeRole);
  tables = await startTlsUpstream({ hosts: [TABLES], answer: { headers: { "Content-Type": "application/x-amz-json-1.0" }, body: "{}" } });
  home = new TempHome();
  const roots = join(home.root, "roots.pem");
  writeFileSync(roots, tables.authority.certificatePem + sts.caPem);
  const resolve = [...tables.resolveEntries([TABLES]), `${STS}:443=127.0.0.1:${sts.port}`];
  home.set({ "upstream.resolve": resolve, "upstream.ca_file": roots, "network.allow": ["127.0.0.0/8"] });
});

afterEach(async () => {
  await home.remove();
  await tables.close();
  await sts.close();
});

async function login(): Promise<void> {
  const file = home.write("credentials", `[default]\naws_access_key_id = ${BASE.id}\naws_secret_access_key = ${BASE.secret}\n`);
  const source = ["--set", `role_arn=${ROLE}`, "--set", "region=eu-west-1", "--from-file", file];
  await home.succeed(["login", "aws", "--flow", "assume-role", ...source]);
}

/** As a program that has temporary keys signs, and as one that was given none but the pair. */
const curl = (session: string): string[] => {
  const signing = `--aws-sigv4 aws:amz:eu-west-1:dynamodb --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" ${session}`;
  const what = `-H "X-Amz-Target: DynamoDB_20120810.ListTables" -H "Content-Type: application/x-amz-json-1.0" -d "{}"`;
  return ["run", "--", "sh", "-c", `curl -sS --fail -o /dev/null ${signing} ${what} https://${TABLES}/`];
};
const WITH_SESSION = `-H "X-Amz-Security-Token: $AWS_SESSION_TOKEN"`;

/** What AWS would find wrong with it, the session token among it. */
function faultOf(request: RecordedRequest | undefined, keys: RoleKeys | undefined): string | null {
  if (request === undefined || keys === undefined) return "nothing came";
  const session = request.headers["x-amz-security-token"];
  if (session !== keys.session) return `another session token: ${String(session)}`;
  const signed = /SignedHeaders=([^,]+)/.exec(String(request.headers["authorization"]))?.[1]?.split(";") ?? [];
  if (!signed.includes("x-amz-security-token")) return `the session token is not signed: ${signed.join(";")}`;
  return signatureFault(request, keys);
}

function expectNoKeys(): void {
  const secrets = [BASE.id, BASE.secret, ...given.flatMap(({ id, secret, session }) => [id, secret, session])];
  for (const output of home.outputs) for (const secret of secrets) expect(output).not.toContain(secret);
}

describe("a role's temporary keys", () => {
  it("sign what a child signed with placeholders, and their session token goes along under the signature", async () => {
    await login();
    await home.succeed(curl(WITH_SESSION));
    await home.succeed(curl(""));
    expect(tables.requests.map((request) => faultOf(request, given.at(-1)))).toEqual([null, null]);
    expect(given).toHaveLength(1);
    await home.succeed(["run", "--", "env"]);
    expectNoKeys();
  });

  it("are made anew when they have ended, all three together", async () => {
    lifeMs = 1;
    await login();
    lifeMs = 3_600_000;
    await home.succeed(curl(WITH_SESSION));
    await home.succeed(curl(WITH_SESSION));
    expect(given).toHaveLength(2);
    expect(tables.requests.map((request) => faultOf(request, given.at(-1)))).toEqual([null, null]);
    expectNoKeys();
  });
});

describeWithClients(["python3-boto3"], "a role's temporary keys in boto3", () => {
  it("are found in the environment as placeholders and leave as what they are", async () => {
    await login();
    const script = home.write(
      "tables.py",
      "import boto3\nprint(boto3.client('dynamodb', region_name='eu-west-1').list_tables()['ResponseMetadata']['HTTPStatusCode'])\n",
    );
    expect((await home.succeed(["run", "--", PYTHON, script])).stdout).toContain("200");
    expect(faultOf(tables.requests.at(-1), given.at(-1))).toBeNull();
  });
});
