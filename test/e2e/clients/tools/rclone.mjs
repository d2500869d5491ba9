export default {
  title: "rclone, S3",
  fake: "aws",
  debian: ["rclone"],
  version: ["rclone", "version"],
  env: {
    RCLONE_CONFIG_REMOTE_TYPE: "s3",
    RCLONE_CONFIG_REMOTE_PROVIDER: "AWS",
    RCLONE_CONFIG_REMOTE_ENV_AUTH: "true",
    RCLONE_CONFIG_REMOTE_REGION: "us-east-1",
  },
  command: ["rclone", "lsd", "--retries", "1", "--low-level-retries", "1", "remote:"],
};
