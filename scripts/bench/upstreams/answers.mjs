// Used by upstream.mjs and fast-upstream.mjs, not run by itself: the answers of the API that is measured against.
// In: node's request and response. Out: one small body, a long one poured at the client's pace, or the count of what was sent.

const PIECE = Buffer.alloc(64 * 1024, "d");

export const SMALL = Buffer.from(JSON.stringify({ object: "list", data: "x".repeat(900) }));

export function whole(response, body, status = 200) {
  response.writeHead(status, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
}

export function stream(response, total) {
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": total });
  let left = total;
  const pour = () => {
    while (left > 0) {
      const piece = left >= PIECE.length ? PIECE : PIECE.subarray(0, left);
      left -= piece.length;
      if (!response.write(piece)) return response.once("drain", pour);
    }
    return response.end();
  };
  pour();
}

export function count(request, response) {
  let bytes = 0;
  request.on("data", (chunk) => (bytes += chunk.length));
  request.on("end", () => whole(response, Buffer.from(String(bytes))));
}
