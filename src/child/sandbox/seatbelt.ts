// The sandbox of macOS as a profile of sandbox-exec(1). In: real paths, the proxy's port. Out: the profile's text. Pure.
// There are no namespaces there: the program sees the same files and processes, and is forbidden to read, signal or reach them.
export interface SeatbeltOptions {
  readonly project: string;
  /** Where the project's rules may lie. */
  readonly rules: readonly string[];
  readonly homes: readonly string[];
  readonly keywardHome: string;
  readonly publicDirectory: string;
  readonly secretFiles: readonly string[];
  readonly temporaryDirectory: string;
  readonly binds: readonly { readonly path: string; readonly readOnly: boolean }[];
  readonly proxyPort: number;
}

/** Where programs keep credentials and histories in a home directory. */
const CREDENTIAL_PLACES = [
  ".ssh",
  ".gnupg",
  ".aws",
  ".azure",
  ".config/gcloud",
  ".config/gh",
  ".config/hub",
  ".kube",
  ".docker",
  ".netrc",
  ".git-credentials",
  ".config/git/credentials",
  ".npmrc",
  ".pypirc",
  ".cargo/credentials",
  ".deno/credentials.json",
  ".rattler",
  ".rye/credentials",
  ".local/share/uv/credentials",
  ".local/share/opencode",
  ".cargo/credentials.toml",
  ".gem/credentials",
  ".config/op",
  ".password-store",
  ".bash_history",
  ".zsh_history",
  ".zsh_sessions",
  "Library/Keychains",
  "Library/Cookies",
  "Library/Application Support",
  "Library/Containers",
  "Library/Group Containers",
];

/** The last rule that fits decides. */
export function seatbeltProfile(options: SeatbeltOptions): string {
  const { project, homes, keywardHome, publicDirectory, temporaryDirectory, binds, proxyPort } = options;
  const writable = [project, temporaryDirectory, ...binds.filter(({ readOnly }) => !readOnly).map(({ path }) => path)];
  const hidden = homes.flatMap((home) => CREDENTIAL_PLACES.map((place) => `${home}/${place}`)).concat(options.secretFiles);
  return [
    "(version 1)",
    "(allow default)",
    "(deny network*)",
    `(allow network-outbound (remote ip "localhost:${proxyPort}"))`,
    '(allow network-bind (local ip "localhost:*") (remote ip "localhost:*"))',
    "(deny signal)",
    "(allow signal (target same-sandbox))",
    "(deny process-info*)",
    "(allow process-info* (target same-sandbox))",
    '(deny mach-lookup (global-name "com.apple.SecurityServer") (global-name "com.apple.securityd.xpc"))',
    "(deny file-write*)",
    `(allow file-write* ${writable.map(subpath).join(" ")} (regex #"^/dev/(?:null|zero|tty.*|fd/.*|ptmx|dtracehelper)$"))`,
    `(deny file-read* file-write* ${hidden.map(subpath).join(" ")})`,
    ...binds.map(({ path }) => `(allow file-read* ${subpath(path)})`),
    `(deny file-write* ${[...options.rules, `${project}/.git/hooks`].map(subpath).join(" ")})`,
    // Moved away, it could be replaced, and the hooks with it.
    `(deny file-write-unlink (literal ${quoted(`${project}/.git`)}))`,
    `(deny file-read* file-write* ${subpath(keywardHome)})`,
    `(allow file-read* ${subpath(publicDirectory)})`,
    "",
  ].join("\n");
}

function subpath(path: string): string {
  return `(subpath ${quoted(path)})`;
}

function quoted(path: string): string {
  return `"${path.replace(/[\\"]/g, "\\$&")}"`;
}
