// How a login that is over is done again: the command, and the error that names it. In: a connection. Out: words, without a secret.
import { type Connection, type ConnectionRef, describeConnection } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";

export function again({ provider, name }: ConnectionRef): string {
  return `keyward login ${provider}${name === "default" ? "" : ` --connection ${name}`} --force`;
}

export function expired(connection: Connection): KeywardError {
  return new KeywardError("LOGIN_EXPIRED", `the credential of ${describeConnection(connection)} has expired`, { hint: again(connection) });
}
