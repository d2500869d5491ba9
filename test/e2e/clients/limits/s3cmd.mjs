export default {
  title: "s3cmd",
  fake: "aws",
  debian: ["s3cmd"],
  version: ["s3cmd", "--version"],
  limit: "takes a proxy only from its configuration file",
  command: ["s3cmd", "ls"],
  limitSeconds: 30,
};
