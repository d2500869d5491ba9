// Tokens of package registries; a value may be a variable there, and is none of ours then.
import type { Source } from "../../source.ts";

const env = ["NPM_TOKEN", "NODE_AUTH_TOKEN"];

/** `//host/path/:_authToken` → the host. */
const registryOf = (key = ""): string | null => /^\/\/([^/]+)\/(?:.*\/)?:_authToken$/.exec(key)?.[1] ?? null;
/** npm's own, and no mirror or company's whose name begins like it. */
const OWN_REGISTRY = /^registry\.npm(?:js)?\.[a-z]+$/;
/** Of the default registry the key is npm's, of any other the host's. */
const providerOfRegistry = (host: string | null): string | null => (host !== null && OWN_REGISTRY.test(host) ? "npm" : host);

export const npm: Source = {
  id: "npm",
  tool: "npm / pnpm",
  priority: 50,
  format: "ini",
  takes: "all",
  places: [
    { path: "$NPM_CONFIG_USERCONFIG" },
    { path: "~/.npmrc" },
    { path: "~/.config/pnpm/rc", on: ["linux"] },
    { path: "~/.config/pnpm/auth.ini", on: ["linux"] },
    { path: "~/Library/Preferences/pnpm/rc", on: ["macos"] },
    { path: "~/Library/Preferences/pnpm/auth.ini", on: ["macos"] },
  ],
  entries: [
    { at: "/_authToken", provider: "npm", kind: "api_key", env },
    {
      at: "/*",
      provider: ({ keys }) => providerOfRegistry(registryOf(keys[0])),
      kind: "api_key",
      env: ({ keys }) => (providerOfRegistry(registryOf(keys[0])) === "npm" ? env : []),
      host: ({ keys }) => (providerOfRegistry(registryOf(keys[0])) === "npm" ? null : registryOf(keys[0])),
    },
  ],
};
