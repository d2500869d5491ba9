// Injects into one segment of the path (`/bot{key}/getMe`). The other segments and the query stay byte for byte.
// The place applies only where the path has such a segment (providers/match.ts), so there is nothing that could be filled in.
import { KeywardError } from "../../core/errors.ts";
import { type Outgoing, withTarget } from "../../core/exchange.ts";
import { globMatches } from "../../core/shapes/path-glob.ts";
import type { PathPlace } from "../../providers/schema.ts";
import { type InjectionKind, readText } from "./kind.ts";
import { renderCredential, renderGiven, templatePrefix, templateSuffix } from "./template.ts";

export const pathKind: InjectionKind<PathPlace> = {
  read(place, request, given) {
    const segment = findSegment(place, request);
    if (segment === null || segment.text === templatePrefix(segment.template) + templateSuffix(segment.template)) return "empty";
    return readText(segment.text, renderGiven(segment.template, given), given);
  },

  replace(place, request, { fields }) {
    const segment = findSegment(place, request);
    if (segment === null) return request;
    const real = encodeSegment(renderCredential(segment.template, fields));
    return withTarget(request, withSegment(request.target, segment.index, real));
  },

  fill: null,
};

/** The target with the segment as the definition has it: for the audit, when the child may have put a key of its own there. */
export function withoutOwnSegment(place: PathPlace, path: string): string {
  const segment = findSegment(place, { target: path });
  return segment === null ? path : withSegment(path, segment.index, segment.template);
}

interface Segment {
  readonly index: number;
  readonly template: string;
  /** Decoded. */
  readonly text: string;
}

function findSegment(place: PathPlace, request: Pick<Outgoing, "target">): Segment | null {
  const templates = place.template.split("/");
  const index = templates.findIndex((template) => template.includes("{"));
  const template = templates[index] ?? "";
  const segments = (request.target.split("?", 1)[0] ?? "").split("/");
  const isThere = globMatches(templates.slice(0, index).join("/"), segments.slice(0, index).join("/"));
  const segment = segments[index];
  const text = segment === undefined || !isThere ? null : decode(segment);
  if (text === null || !text.startsWith(templatePrefix(template)) || !text.endsWith(templateSuffix(template))) return null;
  return { index, template, text };
}

function withSegment(target: string, index: number, text: string): string {
  const [path = "", ...query] = target.split("?");
  return [
    path
      .split("/")
      .map((segment, at) => (at === index ? text : segment))
      .join("/"),
    ...query,
  ].join("?");
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/** What a segment may hold as it is (RFC 3986 §3.3) stays; Telegram's ':' must not become `%3A`. */
function encodeSegment(text: string): string {
  const encoded = encodeURIComponent(text).replace(/%(?:3A|40|24|26|2B|2C|3B|3D)/g, decodeURIComponent);
  if (/^\.{0,2}$/.test(encoded)) throw new KeywardError("CREDENTIAL_UNUSABLE", "the stored credential cannot stand in a path");
  return encoded;
}
