// Keys made at run time, what an endpoint checks of a JWT, and the words of a read's context.
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import type { ReadContext } from "../../../../src/oauth/computed/kind.ts";
import { KeywardError } from "../../../../src/core/errors.ts";

export const RSA = generateKeyPairSync("rsa", { modulusLength: 2_048 });
export const PEM = RSA.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
export const PUBLIC_PEM = RSA.publicKey.export({ type: "spki", format: "pem" }).toString();

export const context: ReadContext = { provider: "acme", name: "Acme", host: null };

export interface Jwt {
  readonly header: Record<string, unknown>;
  readonly claims: Record<string, unknown>;
}

/** @throws when the signature is not the key's */
export function openJwt(token: string, publicPem = PUBLIC_PEM): Jwt {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const isSigned = verify(
    "RSA-SHA256",
    Buffer.from(`${header}.${claims}`),
    createPublicKey(publicPem),
    Buffer.from(signature, "base64url"),
  );
  if (!isSigned) throw new Error("not signed by the key");
  const parse = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  return { header: parse(header), claims: parse(claims) };
}

/** Code, field and message of what is thrown, by a function or a promise. */
export async function failure(act: () => unknown): Promise<{ code: string; field: unknown; message: string; hint: string }> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof KeywardError)) throw error;
    return { code: error.code, field: error.detail?.["field"], message: error.message, hint: error.hint ?? "" };
  }
  throw new Error("nothing was thrown");
}
