export default {
  title: "@aws-sdk/client-s3",
  fake: "aws",
  npm: { "@aws-sdk/client-s3": "3.1175.0" },
  files: {
    "call.mjs": `import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
const client = new S3Client({ region: "us-east-1", maxAttempts: 1 });
await client.send(new PutObjectCommand({ Bucket: "bucket", Key: "a b/+\\u00fc", Body: "hello" }));
console.log((await client.send(new ListObjectsV2Command({ Bucket: "bucket" }))).Contents[0].Key);
`,
  },
  command: ["node", "call.mjs"],
};
