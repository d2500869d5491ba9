// Puts the real refresh token where its placeholder stands in the body of a token request: the member or field `refresh_token`, and
// only when that is exactly the placeholder. In: the whole body. Out: the body that leaves for the stored token endpoint.
import type { Secret } from "../../../core/secret.ts";

const NAME = "refresh_token";

export function putRefreshToken(
  body: Buffer,
  syntax: "form" | "json",
  swap: { readonly placeholder: string; readonly real: Secret },
): Buffer {
  return syntax === "json" ? inJson(body, swap) : inForm(body, swap);
}

function inJson(body: Buffer, { placeholder, real }: { readonly placeholder: string; readonly real: Secret }): Buffer {
  const root = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
  if (root[NAME] === placeholder) root[NAME] = real.reveal();
  return Buffer.from(JSON.stringify(root));
}

/** The other fields keep their spelling. */
function inForm(body: Buffer, { placeholder, real }: { readonly placeholder: string; readonly real: Secret }): Buffer {
  const parts = body
    .toString("utf8")
    .split("&")
    .map((part) => {
      const [[name, value] = ["", ""]] = [...new URLSearchParams(part)];
      return name === NAME && value === placeholder ? `${NAME}=${encodeURIComponent(real.reveal())}` : part;
    });
  return Buffer.from(parts.join("&"));
}
