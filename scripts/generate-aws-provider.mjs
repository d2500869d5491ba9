// Run after changing the lists below: writes providers/aws.json, one exact host for each service in each region. AWS has no host that
// stands for all of them, and a wildcard over amazonaws.com would cover hosts that anybody can register.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const target = fileURLToPath(new URL("../providers/aws.json", import.meta.url));
const formatter = fileURLToPath(new URL("../node_modules/.bin/oxfmt", import.meta.url));

/** Enabled in every account. */
const REGIONS = `
  us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-central-1 eu-west-1 eu-west-2
  eu-west-3 eu-north-1 ap-south-1 ap-southeast-1 ap-southeast-2 ap-northeast-1 ap-northeast-2 ap-northeast-3
`
  .trim()
  .split(/\s+/);

/** The first label or labels of a regional host. */
const SERVICES = `
  sts s3 *.s3 dynamodb sqs sns lambda kms secretsmanager
  ssm logs monitoring events ec2 ecs eks api.ecr rds
  cloudformation cognito-idp states kinesis athena glue email bedrock bedrock-runtime
  bedrock-agent-runtime sagemaker runtime.sagemaker elasticloadbalancing autoscaling
`
  .trim()
  .split(/\s+/);

const GLOBAL = ["sts", "s3", "*.s3", "iam", "route53", "cloudfront"];

const hosts = [
  ...GLOBAL.map((service) => `${service}.amazonaws.com`),
  ...SERVICES.flatMap((service) => REGIONS.map((region) => `${service}.${region}.amazonaws.com`)),
];

const definition = {
  $schema: "./schema.json",
  id: "aws",
  name: "Amazon Web Services",
  category: "cloud",
  endpoints: hosts.map((host) => ({ host })),
  fields: [
    {
      name: "access_key_id",
      label: "Access key ID",
      env: ["AWS_ACCESS_KEY_ID"],
      pattern: "^(?:AKIA|ASIA)[A-Z2-7]{16}$",
      hint: "AWS access key IDs start with 'AKIA' or 'ASIA' followed by 16 upper-case letters or digits",
      placeholder: { prefix: "AKIA", length: 20, alphabet: "upper-base32" },
    },
    {
      name: "secret_access_key",
      label: "Secret access key",
      env: ["AWS_SECRET_ACCESS_KEY"],
      pattern: "^[A-Za-z0-9/+]{40}$",
      hint: "AWS secret access keys are 40 letters, digits, '/' or '+'",
      placeholder: { length: 40 },
    },
    {
      name: "session_token",
      label: "Session token, for temporary credentials (ASIA…)",
      env: ["AWS_SESSION_TOKEN"],
      optional: true,
      placeholder: { length: 200 },
    },
  ],
  inject: [[{ in: "sigv4", accessKey: "{access_key_id}", secretKey: "{secret_access_key}", sessionToken: "{session_token}" }]],
  keysUrl: "https://console.aws.amazon.com/iam/home#/security_credentials",
  docsUrl: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html",
  notes:
    "A client signs with placeholders and keyward signs anew, so a program without credentials is not given any. Other regions and services need a definition of your own with their exact hosts.",
  sources: [
    "trufflesecurity/trufflehog pkg/detectors/aws",
    "gitleaks/gitleaks config/gitleaks.toml#aws-access-token",
    "betterleaks/betterleaks config/betterleaks.toml#aws-access-token",
    "1Password/shell-plugins plugins/aws",
    "NangoHQ/nango packages/providers/providers.yaml#aws-sigv4",
    "https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html",
  ],
  examples: {
    match: [
      "POST https://sts.amazonaws.com/",
      "POST https://dynamodb.eu-central-1.amazonaws.com/",
      "PUT https://s3.us-west-2.amazonaws.com/bucket/key",
      "GET https://bucket.s3.eu-west-1.amazonaws.com/key",
      "POST https://bedrock-runtime.us-east-1.amazonaws.com/model/m/invoke",
    ],
    ignore: [
      "GET https://console.aws.amazon.com/",
      "GET https://bucket.s3-website-us-east-1.amazonaws.com/",
      "POST https://x.execute-api.us-east-1.amazonaws.com/prod",
      "GET https://a.b.s3.eu-west-1.amazonaws.com/key",
      "GET https://s3.us-west-2.amazonaws.com.example.net/bucket/key",
      "GET https://nots3.us-west-2.amazonaws.com/bucket/key",
      "GET http://s3.us-west-2.amazonaws.com/bucket/key",
      "GET https://s3.us-west-2.amazonaws.com:8443/bucket/key",
    ],
  },
};

writeFileSync(target, `${JSON.stringify(definition, null, 2)}\n`);
process.exit(spawnSync(formatter, [target], { stdio: "inherit" }).status ?? 1);
