// Every route of the hub's API, in the order of its document.
// In: nothing. Out: the list that the server serves, the OpenAPI document describes and the isolation tests walk through.
import type { RouteSpec } from "../http/route.ts";
import { accessDecisionRoutes } from "./access-decisions.ts";
import { apiTokenRoutes } from "./api-tokens.ts";
import { meRoutes } from "./me.ts";
import { memberRoutes } from "./members.ts";
import { sessionRoutes } from "./sessions.ts";
import { tenantRoutes } from "./tenants.ts";
import { workspaceRoutes } from "./workspaces.ts";

export const ROUTES: readonly RouteSpec[] = [
  ...meRoutes,
  ...tenantRoutes,
  ...workspaceRoutes,
  ...memberRoutes,
  ...sessionRoutes,
  ...apiTokenRoutes,
  ...accessDecisionRoutes,
];
