// Which token endpoints a run looks at: those of every provider it binds, and of the providers it was asked to capture. Pure.
// In: its record, its bindings, the catalogue. Out: the points, those of named providers first. No connection is widened by them: to a
// host that is intercepted for a capture alone, only the refresh token goes that was stored from there.
import type { Origin } from "../../core/connection.ts";
import type { RunRecord } from "../../core/run.ts";
import { isTenantHost } from "../../providers/login/tenant.ts";
import type { Provider } from "../../providers/schema.ts";
import type { CapturePoint } from "../../proxy/capture/capture-port.ts";
import type { Binding } from "../../proxy/ports.ts";

export function capturePoints(
  { captures = [] }: Pick<RunRecord, "captures">,
  bindings: readonly Pick<Binding, "definition">[],
  find: (provider: string) => Provider | null,
): CapturePoint[] {
  const asked = captures.map(find).filter((definition) => definition !== null);
  const bound = bindings.map(({ definition }) => definition);
  const seen = new Set<string>();
  return [
    ...asked.map((definition) => ({ definition, isAsked: true })),
    ...bound.map((definition) => ({ definition, isAsked: false })),
  ].flatMap(({ definition, isAsked }) =>
    (definition.capture ?? []).flatMap((capture) => {
      const key = `${capture.host}:${capture.port} ${capture.paths.join(" ")}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return [
        { definition, capture, isAsked, origins: [{ host: capture.host, port: capture.port }, ...(isAsked ? hostsOf(definition) : [])] },
      ];
    }),
  );
}

/** A tunnel that is open before the login would carry the placeholder past the proxy. */
function hostsOf({ endpoints }: Provider): Origin[] {
  return endpoints.filter(({ host }) => !isTenantHost(host)).map(({ host, port }) => ({ host, port }));
}
