// Users of kubectl: a token, a client key, or a program that gets one.
import type { Match, Source } from "../../source.ts";

const account = (match: Match): string | null => match.at("/users/*/name");

export const kubeconfig: Source = {
  id: "kubeconfig",
  tool: "kubectl",
  priority: 50,
  format: "yaml",
  takes: "all",
  places: [{ path: "$KUBECONFIG" }, { path: "~/.kube/config" }],
  entries: [
    { at: "/users/*/user/token", provider: "kubernetes", kind: "api_key", env: [], account },
    { at: "/users/*/user/client-key-data", provider: "kubernetes", kind: "mtls", account },
    // A program that prints a token: it is named, never run.
    { at: "/users/*/user/exec/command", provider: "kubernetes", kind: "reference", account },
  ],
};
