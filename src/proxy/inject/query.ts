// Injects into one query parameter (`?key=…`). The rest of the target stays byte for byte as the client wrote it.
import { type Outgoing, withTarget } from "../../core/exchange.ts";
import { KeywardError } from "../../core/errors.ts";
import type { QueryPlace } from "../../providers/schema.ts";
import { type InjectionKind, readText } from "./kind.ts";
import { renderCredential, renderGiven } from "./template.ts";

export const queryKind: InjectionKind<QueryPlace> = {
  read(place, request, given) {
    const slot = findParameter(request.target, place.name);
    return slot === null ? "empty" : readText(slot.value, renderGiven(place.template, given), given);
  },

  replace(place, request, { fields }) {
    return write(place, request, renderCredential(place.template, fields));
  },

  fill(place, request, fields) {
    return write(place, request, renderCredential(place.template, fields));
  },

  clear(place, request) {
    const slot = findParameter(request.target, place.name);
    if (slot === null) return request;
    const question = request.target.indexOf("?");
    const parts = request.target.slice(question + 1).split("&");
    const rest = parts.filter((_, index) => index !== slot.index).join("&");
    return withTarget(request, rest === "" ? request.target.slice(0, question) : `${request.target.slice(0, question + 1)}${rest}`);
  },
};

function write(place: QueryPlace, request: Outgoing, value: string): Outgoing {
  const question = request.target.indexOf("?");
  const parameter = `${encodeURIComponent(place.name)}=${encodeURIComponent(value)}`;
  if (question < 0) return withTarget(request, `${request.target}?${parameter}`);
  const parts = request.target.slice(question + 1).split("&");
  const at = findParameter(request.target, place.name)?.index;
  if (at === undefined) return withTarget(request, `${request.target}${request.target.endsWith("?") ? "" : "&"}${parameter}`);
  parts[at] = parameter;
  return withTarget(request, `${request.target.slice(0, question + 1)}${parts.join("&")}`);
}

/** @throws REQUEST_MALFORMED when the parameter comes twice */
function findParameter(target: string, name: string): { index: number; value: string } | null {
  const question = target.indexOf("?");
  if (question < 0) return null;
  const found = target
    .slice(question + 1)
    .split("&")
    .map((part, index) => ({ index, part }))
    .filter(({ part }) => decode(part.split("=", 1)[0] ?? "") === name);
  if (found.length > 1) throw new KeywardError("REQUEST_MALFORMED", `the query parameter '${name}' comes more than once`);
  const slot = found[0];
  return slot === undefined ? null : { index: slot.index, value: decode(slot.part.slice(slot.part.indexOf("=") + 1 || slot.part.length)) };
}

/** As form data is read (`+` is a space); text that cannot be decoded stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
