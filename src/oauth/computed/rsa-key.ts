// Reads an RSA private key that somebody picked, and says in one line what is wrong with one that cannot be used.
// In: the text of a PEM file. Out: the same key as plain PKCS#8. No message holds a part of the key.
import { createPrivateKey, type KeyObject } from "node:crypto";
import { emptyInput, type ReadContext, wrongInput } from "./kind.ts";

const MIN_BITS = 2_048;
/** What is not a private key as such, by the word in its first line. */
const OTHERS: readonly (readonly [RegExp, string, string?])[] = [
  [
    /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m,
    "the private key is encrypted, and keyward has nobody to ask for its passphrase",
    "decrypt a copy: openssl pkcs8 -topk8 -nocrypt -in KEY.pem -out PLAIN.pem",
  ],
  [
    /-----BEGIN OPENSSH PRIVATE KEY-----/,
    "this is an OpenSSH key, and a PEM file is needed",
    "convert a copy: ssh-keygen -p -m PKCS8 -f COPY",
  ],
  [/-----BEGIN (?:RSA )?PUBLIC KEY-----/, "this is a public key, and the private one is needed"],
  [/-----BEGIN CERTIFICATE(?: REQUEST)?-----/, "this is a certificate, and the private key is needed"],
];
const PRIVATE_KEY = /-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----[\s\S]*?-----END \1-----/;

/** @throws KEY_EMPTY, KEY_SHAPE */
export function readRsaKey(text: string, field: string, context: ReadContext): string {
  if (text.trim() === "") throw emptyInput(field, "private key", context);
  // One line with \n in it is how variables and JSON carry a PEM.
  const plain = text
    .replace(/^\ufeff/, "")
    .replaceAll(/\\r?\\n|\\n|\r\n?/g, "\n")
    .replaceAll(/^[ \t]+/gm, "");
  const block = PRIVATE_KEY.exec(plain)?.[0];
  const isSound = block !== undefined && !/^Proc-Type:/m.test(block);
  const other = isSound ? undefined : OTHERS.find(([sign]) => sign.test(plain));
  if (other !== undefined) throw wrongInput(field, other[1], { ...context, hint: other[2] });
  if (block === undefined) throw wrongInput(field, "this is not a PEM file with a private key ('-----BEGIN … PRIVATE KEY-----')", context);
  const key = parse(block);
  if (key === null)
    throw wrongInput(field, "the private key is damaged: it begins like one, and cannot be read", {
      ...context,
      hint: "download or copy it again, whole",
    });
  if (key.asymmetricKeyType !== "rsa")
    throw wrongInput(field, `this is a private key of the type ${kindOf(key)}, and an RSA key is needed`, context);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MIN_BITS) throw wrongInput(field, `this RSA key has ${bits} bits, and ${MIN_BITS} or more are needed`, context);
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function parse(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}

function kindOf({ asymmetricKeyType }: KeyObject): string {
  return asymmetricKeyType === "ec" ? "EC" : String(asymmetricKeyType);
}
