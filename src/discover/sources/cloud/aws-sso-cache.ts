// What the AWS tools remember between two commands; every file of both directories.
import type { Source } from "../../source.ts";

export const awsSsoCache: Source = {
  id: "aws-sso-cache",
  tool: "AWS SSO and CLI caches",
  priority: 40,
  format: "json",
  takes: "all",
  places: [{ path: "~/.aws/sso/cache/*.json" }, { path: "~/.aws/cli/cache/*.json" }],
  entries: [
    // Exchanged for keys by the AWS tools: no credential of a request.
    {
      at: "/accessToken",
      provider: "aws",
      kind: "oauth",
      env: [],
      noDefinition: true,
      expires: { at: "/expiresAt" },
      refresh: "/refreshToken",
    },
    {
      at: "/Credentials/AccessKeyId",
      provider: "aws",
      kind: "sigv4",
      field: "access_key_id",
      env: ["AWS_ACCESS_KEY_ID"],
      beside: {
        secret_access_key: { at: "/Credentials/SecretAccessKey", env: ["AWS_SECRET_ACCESS_KEY"] },
        session_token: { at: "/Credentials/SessionToken", env: ["AWS_SESSION_TOKEN"], optional: true },
      },
      expires: { at: "/Credentials/Expiration" },
    },
  ],
};
