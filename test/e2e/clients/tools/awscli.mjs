export default {
  title: "AWS CLI, S3",
  fake: "aws",
  debian: ["awscli"],
  version: ["/usr/bin/aws", "--version"],
  env: { AWS_DEFAULT_REGION: "us-east-1", AWS_MAX_ATTEMPTS: "1" },
  command: ["/usr/bin/aws", "s3", "ls"],
};
