// Where a real API finds a key, as a strict stand-in checks it. In: a place of a fake, a request, the real key. Out: is it there?
// The whole value must equal what the place says: a placeholder, a second key or leftovers beside it count as wrong.
import { isSignedWith } from "./sigv4.mjs";

/**
 * @typedef {{ header: string, value: string } | { basic: "username" | "password" } | { query: string } | { form: string } | { sigv4: true }} Place
 */

export function holdsKey(place, request, key) {
  if ("header" in place) return request.headers[place.header] === place.value.replace("{key}", key);
  if ("basic" in place) return basicParts(request.headers.authorization)?.[place.basic] === key;
  if ("query" in place) return new URL(request.url, "https://host").searchParams.get(place.query) === key;
  if ("form" in place) return new URLSearchParams(request.body.toString()).get(place.form) === key;
  return isSignedWith(request, key);
}

function basicParts(header) {
  const encoded = /^Basic (\S+)$/.exec(header ?? "")?.[1];
  if (encoded === undefined) return null;
  const [username, ...rest] = Buffer.from(encoded, "base64").toString().split(":");
  return { username, password: rest.join(":") };
}
