// A finding as discovery makes it, with what a test wants to be different.
import { Secret } from "../../../src/core/secret.ts";
import type { Finding } from "../../../src/discover/source.ts";

export function finding(change: Partial<Finding> = {}): Finding {
  return {
    source: "tool",
    tool: "Tool",
    priority: 50,
    path: "/home/me/.tool",
    pointer: "/key",
    provider: "openai",
    definition: "openai",
    kind: "api_key",
    account: null,
    host: null,
    expiresAtMs: null,
    expired: false,
    rotates: false,
    reference: null,
    values: [{ field: "key", env: ["OPENAI_API_KEY", "CODEX_API_KEY"], secret: new Secret("value") }],
    ...change,
  };
}
