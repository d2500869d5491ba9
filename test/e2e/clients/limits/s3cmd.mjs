export default {
  title: "s3cmd",
  fake: "aws",
  debian: ["s3cmd"],
  version: ["s3cmd", "--version"],
  limit: "s3cmd",
  command: ["s3cmd", "ls"],
  limitSeconds: 30,
};
