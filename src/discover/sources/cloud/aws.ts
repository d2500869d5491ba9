// The profiles of the AWS tools; the default one goes before the others.
import type { Entry, Source } from "../../source.ts";

const keys = (section: string): Omit<Entry, "at"> => ({
  provider: "aws",
  kind: "sigv4",
  field: "access_key_id",
  env: ["AWS_ACCESS_KEY_ID"],
  beside: {
    secret_access_key: { at: `${section}/aws_secret_access_key`, env: ["AWS_SECRET_ACCESS_KEY"] },
    session_token: { at: `${section}/aws_session_token`, env: ["AWS_SESSION_TOKEN"], optional: true },
  },
});

export const aws: Source = {
  id: "aws",
  tool: "AWS CLI",
  priority: 50,
  format: "ini",
  takes: "all",
  places: [
    { path: "$AWS_SHARED_CREDENTIALS_FILE" },
    { path: "~/.aws/credentials" },
    { path: "$AWS_CONFIG_FILE" },
    { path: "~/.aws/config" },
  ],
  entries: [
    { at: "/default/aws_access_key_id", ...keys("/default"), account: () => "default" },
    { at: "/*/aws_access_key_id", ...keys("/*"), account: ({ keys: [section] }) => section?.replace(/^profile\s+/, "") ?? null },
    // A program that prints keys: it is named, never run.
    {
      at: "/*/credential_process",
      provider: "aws",
      kind: "reference",
      account: ({ keys: [section] }) => section?.replace(/^profile\s+/, "") ?? null,
    },
  ],
};
