// AWS clients that sign with placeholders, and a server that checks every signature with the real key: requests as real clients make
// them, presigned URLs, chunked bodies, HTTP/2, and what cannot be signed anew.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { chunksFault, signatureFault } from "../../support/aws-verifier.ts";
import { describeWithClients, PYTHON } from "../../support/clients.ts";
import { runProgram } from "../../support/child/run-program.ts";
import {
  exchangeRaw,
  makeConnection,
  makeProvider,
  openTls,
  type Rig,
  type RigConnection,
  type RigRun,
  startRig,
} from "../../support/proxy-rig.ts";
import { type Answer, type RecordedRequest, startTlsUpstream, type TlsUpstream } from "../../support/tls-upstream.ts";

const S3 = "s3.eu-west-1.amazonaws.com";
const HOSTS = [
  S3,
  `bucket.${S3}`,
  "s3.amazonaws.com",
  "bucket.s3.amazonaws.com",
  "sts.eu-west-1.amazonaws.com",
  "dynamodb.eu-west-1.amazonaws.com",
];
const definition = JSON.parse(readFileSync(new URL("../../../providers/aws.json", import.meta.url), "utf8")) as Record<string, unknown>;
const aws = makeProvider(definition);
const TIME = "20261125T120000Z";
const SCOPE = "20261125/eu-west-1/s3/aws4_request";
const DONE = /(?:ok|\})\r\n0\r\n\r\n$|\n$/;

let upstream: TlsUpstream;
let rig: Rig;
let connection: RigConnection;
let run: RigRun;
let keys: { id: string; secret: string };
const faults: (string | null)[] = [];

beforeAll(async () => {
  upstream = await startTlsUpstream({ hosts: HOSTS, answer });
  rig = await startRig({ upstreams: [upstream], hosts: HOSTS });
  connection = makeConnection(aws);
  // As a login leaves it without the optional session token.
  const { session_token: _none, ...fields } = connection.credential.fields;
  connection = { ...connection, credential: { ...connection.credential, fields } };
  run = rig.addRun([connection]);
  keys = { id: connection.secrets["access_key_id"] ?? "", secret: connection.secrets["secret_access_key"] ?? "" };
});
afterEach(() => faults.splice(0));
afterAll(async () => {
  await rig.close();
  await upstream.close();
});

/** Each service as far as its clients need it to be content. */
function answer(request: RecordedRequest): Answer {
  const isChunked = String(request.headers["x-amz-content-sha256"]).startsWith("STREAMING-AWS4");
  faults.push(signatureFault(request, keys) ?? (isChunked ? chunksFault(request, keys.secret) : null));
  const host = String(request.headers["host"]);
  if (host.startsWith("sts")) {
    const identity =
      "<GetCallerIdentityResult><Arn>arn:aws:iam::1:user/u</Arn><UserId>u</UserId><Account>1</Account></GetCallerIdentityResult>";
    const body = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${identity}</GetCallerIdentityResponse>`;
    return { headers: { "Content-Type": "text/xml" }, body };
  }
  if (host.startsWith("dynamodb")) return { headers: { "Content-Type": "application/x-amz-json-1.0" }, body: "{}" };
  if (request.target.includes("list-type=2")) return { headers: { "Content-Type": "application/xml" }, body: "<ListBucketResult/>" };
  return { headers: { ETag: '"e"' }, body: request.method === "GET" ? "ok" : "" };
}

const placeholder = (): string => connection.binding.placeholders["access_key_id"] ?? "";

const authorization = (signedHeaders: string): string =>
  `AWS4-HMAC-SHA256 Credential=${placeholder()}/${SCOPE}, SignedHeaders=${signedHeaders}, Signature=${"0".repeat(64)}`;

async function raw(lines: readonly string[], body = ""): Promise<string> {
  const socket = await openTls(rig, run, { host: S3 });
  const heard = await exchangeRaw(socket, `${[...lines, `Host: ${S3}`, "Connection: close"].join("\r\n")}\r\n\r\n${body}`);
  socket.destroy();
  return heard;
}

describe("a signed request", () => {
  it("is signed anew with the real key, its body's hash computed when it states none", async () => {
    const heard = await raw(
      ["PUT /b/k HTTP/1.1", `X-Amz-Date: ${TIME}`, `Authorization: ${authorization("host;x-amz-date")}`, "Content-Length: 5"],
      "hello",
    );
    expect(heard).toMatch(/^HTTP\/1\.1 200 /);
    expect(faults).toEqual([null]);
    await expect.poll(() => rig.audit.at(-1)).toMatchObject({ credential: "injected", provider: "aws" });
    expect(JSON.stringify(rig.audit)).not.toContain(keys.id);
  });

  it("without a signature, or with one of the child's own, passes as it is", async () => {
    await raw(["GET /public HTTP/1.1"]);
    await raw(["GET /own HTTP/1.1", `X-Amz-Date: ${TIME}`, `Authorization: ${authorization("host").replace(placeholder(), "AKIAOWN")}`]);
    const [plain, own] = upstream.requests.slice(-2);
    expect([plain?.headers["authorization"], own?.headers["authorization"]]).toEqual([undefined, expect.stringContaining("AKIAOWN/")]);
    expect(rig.audit.slice(-2).map(({ credential }) => credential)).toEqual(["none", "own"]);
  });

  it.each([
    [
      "is signed with ECDSA",
      ["Authorization: AWS4-ECDSA-P256-SHA256 Credential=ID/20261125/s3/aws4_request, SignedHeaders=host, Signature=00"],
      "",
    ],
    ["has a long body without a hash", ["Authorization: HEAD", "Content-Length: 1048577"], "x".repeat(1_048_577)],
  ])("that %s is refused, and nothing is sent", async (_what, fields, body) => {
    const before = upstream.requests.length;
    const lines = fields.map((field) => field.replace("HEAD", authorization("host")).replace("=ID/", `=${placeholder()}/`));
    const heard = await raw(["PUT /b/k HTTP/1.1", `X-Amz-Date: ${TIME}`, ...lines], body);
    expect(heard).toMatch(/^HTTP\/1\.1 501 /);
    expect(heard).toContain("SIGNATURE_UNSUPPORTED");
    expect(upstream.requests.length).toBe(before);
  });

  it("over HTTP/2 is signed for the host of the tunnel", async () => {
    const secured = await openTls(rig, run, { host: S3, protocols: ["h2"] });
    const session = connectHttp2(`https://${S3}`, { createConnection: () => secured });
    const body = Buffer.alloc(300_000, "a");
    const hash = createHash("sha256").update(body).digest("hex");
    const fields = {
      "x-amz-date": TIME,
      "x-amz-content-sha256": hash,
      authorization: authorization("host;x-amz-content-sha256;x-amz-date"),
    };
    const stream = session.request({ ":method": "PUT", ":path": "/b/a%20b", ...fields });
    stream.end(body);
    const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
    session.destroy();
    expect([headers[":status"], faults]).toEqual([200, [null]]);
  });

  it("in a presigned URL is signed anew there, the rest byte for byte", async () => {
    const credential = `${placeholder()}/${SCOPE}`.replaceAll("/", "%2F");
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}&X-Amz-Date=${TIME}&X-Amz-Expires=60&X-Amz-SignedHeaders=host&x-id=Get%7eObject&X-Amz-Signature=00`;
    const heard = await raw([`GET /b/a%20b HTTP/1.1`.replace(" HTTP", `?${query} HTTP`)]);
    expect(heard).toMatch(DONE);
    expect(faults).toEqual([null]);
    expect(upstream.requests.at(-1)?.target).toContain("&x-id=Get%7eObject&");
  });

  it("in chunks has each of them signed anew", async () => {
    const chunk = (size: number): string => `${size.toString(16)};chunk-signature=${"0".repeat(64)}\r\n`;
    const body = `${chunk(70_000)}${"a".repeat(70_000)}\r\n${chunk(11)}hello world\r\n${chunk(0)}\r\n`;
    const names = "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length";
    const heard = await raw(
      [
        "PUT /b/k HTTP/1.1",
        `X-Amz-Date: ${TIME}`,
        "X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "X-Amz-Decoded-Content-Length: 70011",
        "Content-Encoding: aws-chunked",
        `Content-Length: ${body.length}`,
        `Authorization: ${authorization(names)}`,
      ],
      body,
    );
    expect(heard).toMatch(/^HTTP\/1\.1 200 /);
    expect(faults).toEqual([null]);
    expect(upstream.requests.at(-1)?.headers["content-length"]).toBe(String(body.length));
  });
});

const SCRIPT = `
import boto3, os, urllib.request
from botocore.config import Config
for style in ("path", "virtual"):
    s3 = boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": style}))
    for key in ("plain.txt", "a b+c/\\u00fc~(1)'.txt", "x//y/../z%2F%"):
        s3.put_object(Bucket="bucket", Key=key, Body=b"hello", Metadata={"note": "a  b"})
        assert s3.get_object(Bucket="bucket", Key=key)["Body"].read() == b"ok"
        url = s3.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": key}, ExpiresIn=60)
        assert urllib.request.urlopen(url).read() == b"ok"
    s3.list_objects_v2(Bucket="bucket", Prefix="a/b +\\u00fc", MaxKeys=3)
    s3.delete_object(Bucket="bucket", Key="plain.txt")
print(boto3.client("sts").get_caller_identity()["Arn"])
boto3.client("dynamodb").put_item(TableName="things", Item={"k": {"S": "\\u00fc"}})
`;

describeWithClients(["python3-boto3"], "boto3", () => {
  it("is served as if it had the key: S3 with odd names and presigned URLs, STS, DynamoDB", async () => {
    const directory = mkdtempSync(join(tmpdir(), "keyward-aws-"));
    writeFileSync(join(directory, "ca.pem"), rig.caPem);
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: directory,
      HTTPS_PROXY: `http://${run.run.id}:${run.token}@127.0.0.1:${rig.proxy.port}`,
      REQUESTS_CA_BUNDLE: join(directory, "ca.pem"),
      SSL_CERT_FILE: join(directory, "ca.pem"),
      AWS_ACCESS_KEY_ID: placeholder(),
      AWS_SECRET_ACCESS_KEY: connection.binding.placeholders["secret_access_key"] ?? "",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_STS_REGIONAL_ENDPOINTS: "regional",
    };
    const { status, stdout, stderr } = await runProgram(PYTHON, ["-c", SCRIPT], env);
    rmSync(directory, { recursive: true });
    expect([status, stdout.trim(), stderr]).toEqual([0, "arn:aws:iam::1:user/u", ""]);
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
    expect(faults.length).toBeGreaterThan(20);
  });
});
