// /healthz, /readyz: for whatever starts the hub and sends it traffic.
// In: the parts and whether the hub is stopping. Out: two routes without a token and without a secret.
import { toHubAnswer } from "./hub-error.ts";
import type { HubParts } from "../hub-parts.ts";
import type { HubApp } from "./hub-app.ts";
import { KeywardError } from "../../core/errors.ts";

export interface Health {
  isStopping: boolean;
}

export function addHealth(app: HubApp, hub: HubParts, health: Health): void {
  app.get("/healthz", (context) => context.json({ status: "ok" }));
  app.get("/readyz", async (context) => {
    try {
      if (health.isStopping) throw new KeywardError("HUB_DATABASE", "the hub is stopping");
      await hub.storage.ping();
      return context.json({ status: "ready" });
    } catch (error) {
      const answer = toHubAnswer(error, context.get("requestId"), hub.log);
      return context.json(answer.body, answer.status as 503, { ...answer.headers });
    }
  });
}
