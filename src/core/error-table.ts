// Every failure keyward can name, as one table: code → what it means to a shell and to an HTTP client.
// In: nothing. Out: `ERRORS`, the only list of codes; docs/errors.md is held equal to it by a test.
// It never holds a message with user data in it: messages are written where the error is thrown.

/** One row. `exit` is the process status, `http` the status the proxy answers a child with. */
export interface ErrorRow {
  readonly exit: number;
  readonly http: number;
  /** What the code means, for docs/errors.md. One sentence, no full stop. */
  readonly means: string;
}

const row = (exit: number, http: number, means: string): ErrorRow => ({ exit, http, means });

/** Exit statuses: 1 failure, 2 usage, 3 login, 4 a person, 5 conflict, 6 unreachable, 7 missing, 8 denied, 70 bug. */
export const ERRORS = {
  USAGE: row(2, 400, "the command line is wrong"),
  KEY_IN_ARGV: row(2, 400, "a key was given as an argument, where history and process lists keep it"),
  KEY_SHAPE: row(2, 400, "the value does not have the shape of the provider's keys"),
  KEY_UNUSUAL: row(4, 400, "the value does not look like the provider's usual keys, and a person has to say that it is right"),
  HOST_INVALID: row(2, 400, "the host given at login is not one of the provider's"),
  KEY_EMPTY: row(2, 400, "no value was given for a field that needs one"),
  FIELD_UNKNOWN: row(2, 400, "no such field"),
  NAME_INVALID: row(2, 400, "a connection, profile or provider name breaks the naming rule"),
  PROVIDER_UNKNOWN: row(2, 404, "no provider definition has this id"),
  PROVIDER_INVALID: row(2, 400, "a provider definition breaks the schema or a lint rule"),
  PROVIDER_EXISTS: row(5, 409, "a provider definition with this id is already there"),
  SETTING_UNKNOWN: row(2, 400, "no setting has this key"),
  SETTING_VALUE: row(2, 400, "the value does not fit the setting"),
  SETTINGS_CORRUPT: row(2, 500, "config.json is not valid JSON of the expected form"),
  RULE_INVALID: row(2, 400, "a rule or the project file is malformed"),
  INPUT_UNREADABLE: row(2, 400, "a file or variable named on the command line cannot be read"),
  LOGIN_REQUIRED: row(3, 403, "the connection has no stored credential"),
  LOGIN_EXPIRED: row(3, 403, "the login form or the credential expired"),
  LOGIN_CANCELLED: row(1, 400, "the login was ended before a key was given"),
  LOGIN_REJECTED: row(3, 401, "the provider refused the credential"),
  OAUTH_UNSUPPORTED: row(2, 400, "the provider has no OAuth login of this kind"),
  OAUTH_DENIED: row(3, 403, "access was denied in the provider's login"),
  OAUTH_CLIENT: row(2, 400, "the OAuth client id or secret is missing, or the provider does not accept it"),
  OAUTH_SCOPE: row(2, 400, "the provider does not grant the scopes that were asked for"),
  OAUTH_GRANT: row(3, 403, "the provider does not accept the code or refresh token any more"),
  OAUTH_MISMATCH: row(1, 400, "the answer in the browser has another state or issuer than the login that was begun"),
  OAUTH_ANSWER: row(1, 502, "the authorization server gave an answer that is not OAuth"),
  OAUTH_BUSY: row(6, 503, "the authorization server is out of order or busy"),
  CONFIRMATION_NEEDED: row(4, 403, "the command needs a yes from a person or --yes"),
  INPUT_NEEDED: row(4, 400, "a value is needed and there is no terminal to ask on"),
  PROFILE_LOCKED: row(4, 503, "the profile is locked and needs its passphrase"),
  CONNECTION_EXISTS: row(5, 409, "the connection is already there"),
  ENV_CLASH: row(5, 409, "two connections declare the same environment name"),
  PROFILE_EXISTS: row(5, 409, "a profile of this name is already there"),
  PROFILE_UNKNOWN: row(2, 404, "no profile has this name"),
  PROFILE_BUSY: row(5, 409, "live runs use the profile"),
  CREDENTIALS_MISSING: row(7, 403, "nothing usable was found where credentials were expected"),
  REVEAL_REFUSED: row(8, 403, "secrets are not shown from inside a run"),
  RULE_DENIED: row(8, 403, "a rule of the run forbids this request"),
  TARGET_FORBIDDEN: row(8, 403, "the address is private, reserved or keyward's own"),
  PLACEHOLDER_LEAK: row(8, 403, "a placeholder was on its way to a host it is not bound to"),
  PROXY_AUTH_REQUIRED: row(8, 407, "the proxy serves only requests with a live run's token"),
  REQUEST_MALFORMED: row(2, 400, "the request breaks HTTP framing or syntax"),
  REQUEST_TOO_LARGE: row(2, 431, "the request line or head is over the limit"),
  REQUEST_TIMEOUT: row(6, 408, "the request head did not arrive in time"),
  RUN_CROWDED: row(6, 503, "the run has as many connections open as one run may have"),
  HOST_MISMATCH: row(2, 421, "CONNECT target, SNI and Host do not name the same host"),
  METHOD_REFUSED: row(2, 405, "the method is never carried with a credential"),
  UPGRADE_UNSUPPORTED: row(2, 426, "protocol upgrades are not carried on an intercepted host"),
  CONNECTION_AMBIGUOUS: row(2, 409, "several connections fit and none is the default"),
  CREDENTIAL_UNUSABLE: row(1, 502, "the stored credential cannot be written into the request"),
  SIGNATURE_UNSUPPORTED: row(2, 501, "the request is signed in a way that cannot be signed anew with the stored key"),
  UPSTREAM_UNREACHABLE: row(6, 502, "the upstream host cannot be reached"),
  UPSTREAM_TLS: row(6, 502, "the upstream's certificate or TLS is not acceptable"),
  UPSTREAM_TIMEOUT: row(6, 504, "the upstream did not answer in time"),
  UPSTREAM_BROKEN: row(6, 502, "the upstream broke HTTP or closed before answering"),
  UPSTREAM_PROXY: row(6, 502, "the parent proxy refused or cannot be reached"),
  AUDIT_FAILED: row(1, 503, "the audit record could not be written, so no credential is released"),
  DAEMON_UNREACHABLE: row(6, 503, "the daemon did not start or does not answer"),
  DAEMON_PROTOCOL: row(1, 400, "the daemon and the command do not understand each other"),
  DAEMON_STOPPING: row(6, 503, "the daemon is shutting down"),
  PORT_TAKEN: row(1, 503, "a port keyward needs is in use"),
  HOME_UNUSABLE: row(1, 500, "keyward's home cannot be created, read or written"),
  HOME_UNSAFE: row(1, 500, "keyward's home has an owner, mode or link that others could use"),
  STORE_KEY_WRONG: row(1, 500, "the key does not open the profile store"),
  STORE_KEY_MISSING: row(1, 500, "the profile's key cannot be found"),
  STORE_CORRUPT: row(1, 500, "the profile store is damaged"),
  STORE_FOREIGN: row(1, 500, "the file is not a keyward profile store"),
  STORE_NEWER: row(1, 500, "the profile store was written by a newer keyward"),
  STORE_FULL: row(1, 507, "the disk is full or cannot be written"),
  STORE_UNUSABLE: row(1, 500, "the profile store cannot be opened or written"),
  CUSTODY_FAILED: row(1, 500, "the keychain, key file or key command did not give the key"),
  OUTPUT_FAILED: row(1, 500, "the result could not be written to standard output"),
  RUN_UNKNOWN: row(2, 404, "no live run has this id"),
  REQUEST_UNKNOWN: row(2, 404, "no audit record has this request id"),
  COMMAND_NOT_FOUND: row(127, 404, "the command to run does not exist"),
  COMMAND_NOT_EXECUTABLE: row(126, 403, "the command to run cannot be executed"),
  INTERNAL: row(70, 500, "a bug in keyward"),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;
