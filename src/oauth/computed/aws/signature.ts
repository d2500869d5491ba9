// Signs one POST to an AWS service with Signature Version 4: what STS wants to see, and nothing more general than that. Requests of a child
// are signed anew by proxy/signing; a layer below may not import it, and a form to "/" needs none of its care.
// In: host, region, body, keys, a moment. Out: the headers to send.
import { createHash, createHmac } from "node:crypto";

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** "" = they are not temporary. */
  readonly sessionToken: string;
}

export interface AwsPost {
  readonly host: string;
  readonly region: string;
  readonly service: string;
  readonly body: string;
  readonly nowMs: number;
}

const TYPE = "application/x-www-form-urlencoded; charset=utf-8";

/** Name and value in turn. */
export function signAwsPost({ host, region, service, body, nowMs }: AwsPost, keys: AwsKeys): string[] {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const token: [string, string][] = keys.sessionToken === "" ? [] : [["x-amz-security-token", keys.sessionToken]];
  const signed: [string, string][] = [["content-type", TYPE], ["host", host], ["x-amz-date", time], ...token];
  const names = signed.map(([name]) => name).join(";");
  const canonical = ["POST", "/", "", ...signed.map(([name, value]) => `${name}:${value}`), "", names, sha256(body)].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const key = [day, region, service, "aws4_request"].reduce<Buffer>(hmac, Buffer.from(`AWS4${keys.secretAccessKey}`));
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${hmac(key, text).toString("hex")}`;
  const sent = signed.filter(([name]) => name !== "host");
  return [...sent.flat(), "authorization", authorization];
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
