// Logins at image registries. With credsStore set they are in a helper program, which is not run.
import { hostOf, providerOfHost } from "../../naming/hosts.ts";
import type { Source } from "../../source.ts";

const providerOfRegistry = (registry = ""): string | null => {
  const host = hostOf(registry);
  if (host === null) return null;
  return host === "index.docker.io" ? "docker-hub" : (providerOfHost(host) ?? host);
};

export const docker: Source = {
  id: "docker",
  tool: "Docker",
  priority: 50,
  format: "json",
  takes: "all",
  places: [
    { path: "$DOCKER_CONFIG/config.json" },
    { path: "~/.docker/config.json" },
    { path: "$XDG_RUNTIME_DIR/containers/auth.json", on: ["linux"] },
    { path: "~/.config/containers/auth.json" },
  ],
  entries: [
    {
      at: "/auths/*/auth",
      provider: ({ keys }) => providerOfRegistry(keys[0]),
      kind: "basic",
      env: [],
      noDefinition: true,
      // Everything after the first colon of user:password.
      clean: (text) => /^[^:]*:(.+)$/s.exec(Buffer.from(text, "base64").toString("utf8"))?.[1] ?? null,
      host: ({ keys }) => hostOf(keys[0] ?? ""),
    },
    {
      at: "/auths/*/identitytoken",
      provider: ({ keys }) => providerOfRegistry(keys[0]),
      kind: "oauth",
      env: [],
      noDefinition: true,
      refresh: "/auths/*/identitytoken",
      host: ({ keys }) => hostOf(keys[0] ?? ""),
    },
  ],
};
