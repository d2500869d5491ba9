export default {
  title: "Python boto3, S3",
  fake: "aws",
  debian: ["python3-boto3"],
  version: ["/usr/bin/python3", "-c", "import boto3; print(boto3.__version__)"],
  env: { AWS_DEFAULT_REGION: "us-east-1", AWS_MAX_ATTEMPTS: "1" },
  files: {
    "call.py": `import boto3
print(boto3.client("s3").list_objects_v2(Bucket="bucket")["Contents"][0]["Key"])
boto3.client("s3").put_object(Bucket="bucket", Key="a b/+ü", Body=b"hello")
`,
  },
  command: ["/usr/bin/python3", "call.py"],
};
