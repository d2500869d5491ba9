// Tests that need a real client run when it is there, are skipped aloud when it is not, and fail in CI, where all of them must be.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, it } from "vitest";

export const PYTHON = "/usr/bin/python3";

const GIT_HTTP_BACKEND = "/usr/lib/git-core/git-http-backend";

const PRESENCE = {
  curl: () => onPath("curl"),
  "fiu-run": () => onPath("fiu-run"),
  gh: () => onPath("gh"),
  git: () => onPath("git"),
  "git-http-backend": () => isExecutable(GIT_HTTP_BACKEND),
  go: () => onPath("go"),
  nghttp: () => onPath("nghttp"),
  h2load: () => onPath("h2load"),
  java: () => onPath("java") && onPath("javac"),
  php: () => onPath("php"),
  ruby: () => onPath("ruby"),
  slowhttptest: () => onPath("slowhttptest"),
  wget: () => onPath("wget"),
  bwrap: () => onPath("bwrap"),
  chromium: () => onPath("chromium"),
  openssl: () => onPath("openssl"),
  python3: () => isExecutable(PYTHON),
  "python3-requests": () => hasModule("requests"),
  "python3-httpx": () => hasModule("httpx"),
  "python3-boto3": () => hasModule("boto3"),
} satisfies Record<string, () => boolean>;

export type ClientName = keyof typeof PRESENCE;

/** `describe` for tests that spawn these clients. */
export function describeWithClients(clients: readonly ClientName[], title: string, body: () => void): void {
  const missing = clients.filter((client) => !PRESENCE[client]());
  if (missing.length === 0) {
    describe(title, body);
    return;
  }
  const reason = `${title}: ${missing.join(", ")} not installed`;
  if (process.env["CI"] === undefined) {
    console.warn(`skipped, ${reason}`);
    describe.skipIf(true)(title, body);
    return;
  }
  describe(title, () => {
    it("finds its clients in CI", () => {
      throw new Error(reason);
    });
  });
}

function onPath(name: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((directory) => directory !== "" && isExecutable(join(directory, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function hasModule(name: string): boolean {
  return spawnSync(PYTHON, ["-c", `import ${name}`], { stdio: "ignore" }).status === 0;
}
