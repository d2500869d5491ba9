// What the worker writes and the judge expects, as functions of a number, so that neither has to be told by the other.
import { createHash } from "node:crypto";
import { Secret } from "../../../dist/core/secret.js";

/** Where the key lies under custody "key-file"; outside of the directory that is cut. */
export const KEY_FILE = { path: "" };

export const valueOf = (at) => createHash("sha256").update(`${at}`).digest("hex");

export function connectionOf(at) {
  return {
    provider: "p",
    name: `c${at % 5}`,
    kind: "api_key",
    fields: { key: new Secret(valueOf(at)), padding: new Secret("x".repeat(at % 3000)) },
    publicFieldNames: [],
    origins: [{ host: "api.example.com", port: 443 }],
    placeholders: { key: `ph-c${at % 5}` },
    expiresAtMs: at,
  };
}

export function sourcesOf(directory, name) {
  return { directory, name, passphrase: null, external: { keyFile: KEY_FILE.path, keyCommand: null }, keychain: false };
}

/** A file of a megabyte or two that shows which one it is and whether it is whole. */
export function backupBytes(at) {
  const filling = Buffer.alloc(1024 * 1024 + (at % 7) * 40_000, valueOf(at));
  return Buffer.concat([filling, createHash("sha256").update(filling).digest()]);
}

export function isWholeBackup(bytes) {
  return createHash("sha256").update(bytes.subarray(0, -32)).digest().equals(bytes.subarray(-32));
}

/** What a backup holds: 40 connections of generation `at`. */
export function contentOf(at) {
  const range = Array.from({ length: 40 }, (_, row) => row);
  const columns = (text) => text.split(" ");
  return {
    profile: "work",
    madeAtMs: 1,
    schema: 1,
    tables: {
      connection: {
        columns: columns("provider name id kind is_default origins created_at_ms expires_at_ms"),
        rows: range.map((row) => ["p", `r${row}`, `id-${row}`, "api_key", row === 0 ? 1 : 0, "[]", 1, at]),
      },
      connection_field: {
        columns: columns("provider name field value is_public"),
        rows: range.map((row) => ["p", `r${row}`, "key", valueOf(at + row), 0]),
      },
    },
  };
}
