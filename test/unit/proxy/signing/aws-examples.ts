// The worked examples of AWS's documentation: requests, and the signatures it prints for them. The example key is put together here.
export const EXAMPLE_ID = ["AKIA", "IOSFODNN7", "EXAMPLE"].join("");
export const EXAMPLE_SECRET = ["wJalrXUtnFEMI", "K7MDENG", "bPxRfiCYEXAMPLEKEY"].join("/");

const S3_SCOPE = { date: "20130524", region: "us-east-1", service: "s3" };
const S3_TIME = "20130524T000000Z";
const EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header" and IAM User Guide, "Signature Version 4". */
export const EXAMPLES = [
  {
    what: "S3, GET an object",
    method: "GET",
    target: "/test.txt",
    headers: ["Host", "examplebucket.s3.amazonaws.com", "Range", "bytes=0-9", "x-amz-content-sha256", EMPTY_HASH, "x-amz-date", S3_TIME],
    signedHeaders: ["host", "range", "x-amz-content-sha256", "x-amz-date"],
    payloadHash: EMPTY_HASH,
    scope: S3_SCOPE,
    time: S3_TIME,
    signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  },
  {
    what: "S3, PUT an object whose name is encoded",
    method: "PUT",
    target: "/test%24file.text",
    headers: [
      "Date",
      "Fri, 24 May 2013 00:00:00 GMT",
      "Host",
      "examplebucket.s3.amazonaws.com",
      "x-amz-content-sha256",
      "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
      "x-amz-date",
      S3_TIME,
      "x-amz-storage-class",
      "REDUCED_REDUNDANCY",
    ],
    signedHeaders: ["date", "host", "x-amz-content-sha256", "x-amz-date", "x-amz-storage-class"],
    payloadHash: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
    scope: S3_SCOPE,
    time: S3_TIME,
    signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  },
  {
    what: "S3, a parameter without a value",
    method: "GET",
    target: "/?lifecycle",
    headers: ["Host", "examplebucket.s3.amazonaws.com", "x-amz-content-sha256", EMPTY_HASH, "x-amz-date", S3_TIME],
    signedHeaders: ["host", "x-amz-content-sha256", "x-amz-date"],
    payloadHash: EMPTY_HASH,
    scope: S3_SCOPE,
    time: S3_TIME,
    signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  },
  {
    what: "S3, two parameters",
    method: "GET",
    target: "/?prefix=J&max-keys=2",
    headers: ["Host", "examplebucket.s3.amazonaws.com", "x-amz-content-sha256", EMPTY_HASH, "x-amz-date", S3_TIME],
    signedHeaders: ["host", "x-amz-content-sha256", "x-amz-date"],
    payloadHash: EMPTY_HASH,
    scope: S3_SCOPE,
    time: S3_TIME,
    signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  },
  {
    what: "S3, a presigned URL",
    method: "GET",
    target: `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${EXAMPLE_ID}%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=${S3_TIME}&X-Amz-Expires=86400&X-Amz-SignedHeaders=host`,
    headers: ["Host", "examplebucket.s3.amazonaws.com"],
    signedHeaders: ["host"],
    payloadHash: "UNSIGNED-PAYLOAD",
    scope: S3_SCOPE,
    time: S3_TIME,
    signature: "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  },
] as const;

/** "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks". */
export const CHUNKED = {
  scope: S3_SCOPE,
  time: S3_TIME,
  method: "PUT",
  target: "/examplebucket/chunkObject.txt",
  headers: [
    "Host",
    "s3.amazonaws.com",
    "x-amz-date",
    S3_TIME,
    "x-amz-storage-class",
    "REDUCED_REDUNDANCY",
    "x-amz-content-sha256",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "Content-Encoding",
    "aws-chunked",
    "x-amz-decoded-content-length",
    "66560",
    "Content-Length",
    "66824",
  ],
  signedHeaders: [
    "content-encoding",
    "content-length",
    "host",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-storage-class",
  ],
  seed: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
  chunks: [
    [65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"],
    [1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"],
    [0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"],
  ],
} as const;
