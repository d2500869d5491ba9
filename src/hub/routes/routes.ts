// Every route of the hub's API, in the order of its document.
// In: nothing. Out: the list that the server serves, the OpenAPI document describes and the isolation tests walk through.
import type { RouteSpec } from "../http/route.ts";
import { auditRoutes } from "./audit.ts";
import { apiTokenRoutes } from "./machines/api-tokens.ts";
import { deviceRoutes } from "./machines/devices.ts";
import { ingestRoutes } from "./machines/ingest.ts";
import { syncRoutes } from "./machines/sync.ts";
import { accessDecisionRoutes } from "./people/access-decisions.ts";
import { meRoutes } from "./people/me.ts";
import { memberRoutes } from "./people/members.ts";
import { sessionRoutes } from "./people/sessions.ts";
import { tenantRoutes } from "./people/tenants.ts";
import { workspaceRoutes } from "./people/workspaces.ts";
import { connectionRoutes } from "./vault/connections.ts";
import { providerRoutes } from "./vault/providers.ts";
import { secretRoutes } from "./vault/secrets.ts";
import { validateTokenRoutes } from "./vault/validate-token.ts";

const people = [...meRoutes, ...tenantRoutes, ...workspaceRoutes, ...memberRoutes, ...sessionRoutes, ...accessDecisionRoutes];
const vault = [...validateTokenRoutes, ...secretRoutes, ...connectionRoutes, ...providerRoutes];
const machines = [...apiTokenRoutes, ...deviceRoutes, ...syncRoutes, ...ingestRoutes];

export const ROUTES: readonly RouteSpec[] = [...people, ...vault, ...machines, ...auditRoutes];
