// Is this request for a token endpoint that the run looks at? Both lanes ask; the strict one hands such a request over.
// In: a request's authority and path. Out: the endpoint, or null. Pure. A spelling that some server may take for the declared path counts
// as that path: what it answers must not slip past.
import { type Authority, hostMatches } from "../../core/host.ts";
import { globMatches } from "../../core/shapes/path-glob.ts";
import type { LiveRun, ProxyPorts } from "../ports.ts";
import type { CapturePoint } from "./capture-port.ts";

interface Asked {
  readonly authority: Authority;
  readonly scheme: "https" | "http";
  readonly path: string;
}

export function findCapture(
  { authority, scheme, path }: Asked,
  { run, ports }: { readonly run: LiveRun; readonly ports: Pick<ProxyPorts, "capture"> },
): CapturePoint | null {
  return ports.capture === undefined ? null : captureAt({ authority, scheme, path }, run);
}

/** As findCapture, where the daemon is known to capture. */
export function captureAt({ authority, scheme, path }: Asked, run: LiveRun): CapturePoint | null {
  const points = scheme === "https" ? (run.captures?.() ?? []) : [];
  if (points.length === 0) return null;
  const near = points.filter(({ capture }) => capture.host === authority.host && capture.port === authority.port);
  if (near.length === 0) return null;
  const plain = plainest(path);
  return near.find(({ capture }) => capture.paths.some((glob) => globMatches(glob.toLowerCase(), plain))) ?? null;
}

/** Is the host looked at for a capture, and did the run name its provider? */
export function capturesAuthority(run: LiveRun, authority: Authority): { readonly isIntercepted: boolean; readonly isAsked: boolean } {
  const points = run.captures?.() ?? [];
  const near = points.filter(({ origins }) =>
    origins.some(({ host, port }) => port === authority.port && hostMatches(host, authority.host)),
  );
  return { isIntercepted: near.length > 0, isAsked: near.some(({ isAsked }) => isAsked) };
}

/** Lower case, decoded, without empty and dot segments, parameters of a segment and a last slash. */
function plainest(path: string): string {
  const decoded = path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const kept: string[] = [];
  for (const segment of decoded.replaceAll("\\", "/").toLowerCase().split("/")) {
    const [name = ""] = segment.split(";", 1);
    if (name === "..") kept.pop();
    else if (name !== "" && name !== ".") kept.push(name);
  }
  return `/${kept.join("/")}`;
}
