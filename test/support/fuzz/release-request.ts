// A generated case written down: the head that the child sends.
import type { ReleaseCase } from "./release-cases.ts";

/** Name and value in turn, Host first. */
export function fieldsOf(asked: ReleaseCase, placeholder: string): string[] {
  const host = asked.host?.text ?? asked.connect.text;
  const hosts = asked.secondHost ? ["Host", host, "Host", host] : ["Host", host];
  return [...hosts, ...placed(asked, placeholder), ...asked.framing.fields, "X-Case", asked.isRecorded ? "recorded" : "unrecorded"];
}

function placed({ placement, target }: ReleaseCase, placeholder: string): string[] {
  switch (placement) {
    case "slot":
      return ["Authorization", `Bearer ${placeholder}`];
    case "lower-case-slot":
      return ["authorization", `bearer ${placeholder}`];
    case "twice":
      return ["Authorization", `Bearer ${placeholder}`, "Authorization", `Bearer ${placeholder}`];
    case "misformed":
      return ["Authorization", `Digest ${placeholder}`];
    case "own":
      return ["Authorization", "Bearer of-the-child"];
    case "other-header":
      return ["X-Note", placeholder];
    case "cookie":
      return ["Cookie", `a=1; b=${placeholder}`];
    default:
      return target.text === "" ? [] : ["Accept", "*/*"];
  }
}

export function targetOf({ placement, target, isRecorded }: ReleaseCase, placeholder: string): string {
  const text = isRecorded ? target.text : target.text.replace("/v1", "/unrecorded");
  if (placement === "query") return `${text}${text.includes("?") ? "&" : "?"}q=${placeholder}`;
  return placement === "path" ? text.replace("?", `/${placeholder}?`) : text;
}
