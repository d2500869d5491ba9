// Amazon S3 and STS: lists, an upload, and who am I. Every request must carry a signature made with the real secret key.
export const provider = "aws";
export const hosts = [
  "s3.us-east-1.amazonaws.com",
  "s3.amazonaws.com",
  "bucket.s3.us-east-1.amazonaws.com",
  "bucket.s3.amazonaws.com",
  "sts.us-east-1.amazonaws.com",
  "sts.amazonaws.com",
];
export const places = [{ sigv4: true }];

const XML = { "content-type": "application/xml" };
const OWNER = "<Owner><ID>1</ID><DisplayName>test</DisplayName></Owner>";

export function refuse() {
  const body = "<Error><Code>SignatureDoesNotMatch</Code><Message>the signature does not match</Message></Error>";
  return { status: 403, headers: XML, body };
}

export function answer({ method, authority, query, path }) {
  if (authority.startsWith("sts.")) {
    const result =
      "<GetCallerIdentityResult><Arn>arn:aws:iam::1:user/PONG</Arn><UserId>PONG</UserId><Account>1</Account></GetCallerIdentityResult>";
    return {
      headers: XML,
      body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${result}</GetCallerIdentityResponse>`,
    };
  }
  if (method === "PUT" || method === "HEAD") return { headers: { etag: '"00000000000000000000000000000000"', "content-length": "0" } };
  if (!authority.startsWith("bucket.") && path === "/") {
    const bucket = "<Buckets><Bucket><Name>PONG</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate></Bucket></Buckets>";
    return {
      headers: XML,
      body: `<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${OWNER}${bucket}</ListAllMyBucketsResult>`,
    };
  }
  const object = `<Contents><Key>PONG</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>"0"</ETag><Size>1</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  const head = `<Name>bucket</Name><Prefix>${query.get("prefix") ?? ""}</Prefix><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>`;
  return { headers: XML, body: `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${head}${object}</ListBucketResult>` };
}
