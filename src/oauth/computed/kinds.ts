// The table of computed credentials: what `--flow` says names the file that makes them.
import type { ComputedFlow } from "../../core/grant.ts";
import { awsAssumeRole } from "./aws/assume-role.ts";
import { awsSso } from "./aws/sso.ts";
import { githubApp } from "./github-app.ts";
import { googleServiceAccount } from "./google-account.ts";
import type { ComputedKind } from "./kind.ts";
import { snowflakeKeyPair } from "./snowflake-key-pair.ts";

export const COMPUTED_KINDS: Readonly<Record<ComputedFlow, ComputedKind>> = {
  app: githubApp,
  "service-account": googleServiceAccount,
  "assume-role": awsAssumeRole,
  sso: awsSso,
  "key-pair": snowflakeKeyPair,
};
