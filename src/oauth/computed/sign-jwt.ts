// Signs a JWT with an RSA key (RFC 7519, RFC 7515 compact form, RS256). In: claims, a PKCS#8 key. Out: the token.
import { createPrivateKey, sign } from "node:crypto";

export type Claims = Readonly<Record<string, string | number>>;

export function signJwt(claims: Claims, pem: string, keyId?: string): string {
  const header = { alg: "RS256", typ: "JWT", ...(keyId === undefined ? {} : { kid: keyId }) };
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${sign("RSA-SHA256", Buffer.from(input), createPrivateKey(pem)).toString("base64url")}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
