// Lints `verify`: the check goes to one exact host and path of the provider's own, where the credential has a place, and says
// what a good answer is. In: a provider. Out: problems.
import { formatAuthority } from "../../core/host.ts";
import type { JsonPath, Problem } from "../problem.ts";
import type { Provider } from "../schema.ts";
import { verifyTarget } from "../login/verify-target.ts";

const PATH: JsonPath = ["verify"];
/** What the request is framed with, and where credentials go: `inject` writes those. */
const OWN_HEADERS = /^(?:host|connection|content-length|transfer-encoding|cookie|authorization|proxy-.*)$/i;

export function verifyProblems(provider: Provider): Problem[] {
  const { verify } = provider;
  if (verify === undefined) return [];
  return [...targetProblems(provider), ...textProblems(provider), ...checkProblems(provider)];
}

/** With the example's host where the user's own is not known yet. */
function targetProblems(provider: Provider): Problem[] {
  const target = verifyTarget(provider, provider.tenant?.example ?? null);
  if (target === null) return [{ path: [...PATH, "host"], what: "is not an exact host of the endpoints" }];
  if (target.places.length > 0) return [];
  return [{ path: [...PATH, "path"], what: `no place of 'inject' applies there (${formatAuthority(target.authority)})` }];
}

function textProblems({ verify }: Provider): Problem[] {
  const problems: Problem[] = [];
  if (verify === undefined) return problems;
  if (/[^\x21-\x7e]|[{}#]/.test(verify.path))
    problems.push({ path: [...PATH, "path"], what: "has characters that no request target holds" });
  for (const [name, value] of Object.entries(verify.headers)) {
    if (OWN_HEADERS.test(name)) problems.push({ path: [...PATH, "headers", name], what: "is a header that the check does not write" });
    else if (!/^[\x20-\x7e]+$/.test(value)) problems.push({ path: [...PATH, "headers", name], what: "may hold printable ASCII only" });
  }
  if (verify.body !== undefined && verify.method !== "POST") problems.push({ path: [...PATH, "body"], what: "needs the method POST" });
  return problems;
}

function checkProblems({ verify }: Provider): Problem[] {
  const problems: Problem[] = [];
  if (verify === undefined) return problems;
  const { bodyCheck, expectStatus, refusedStatus, limitedStatus } = verify;
  if (bodyCheck !== undefined && (bodyCheck.equals === undefined) === (bodyCheck.differs === undefined)) {
    problems.push({ path: [...PATH, "bodyCheck"], what: "needs either 'equals' or 'differs'" });
  }
  if (bodyCheck !== undefined && verify.method === "HEAD")
    problems.push({ path: [...PATH, "bodyCheck"], what: "needs an answer with a body, not HEAD" });
  if (expectStatus.some((status) => refusedStatus.includes(status) || limitedStatus.includes(status))) {
    problems.push({ path: [...PATH, "expectStatus"], what: "has a status that also means something else" });
  }
  if (refusedStatus.some((status) => limitedStatus.includes(status)))
    problems.push({ path: [...PATH, "refusedStatus"], what: "has a status that is in 'limitedStatus' too" });
  return problems;
}
