// `keyward provider remove`: removes a definition of the user's own; a bundled one behind it is used again.
import { define } from "../../define.ts";

export const providerRemove = define<{ provider: string; yes?: boolean }>({
  name: "provider remove",
  summary: "remove a provider definition of your own",
  details: "Stored keys stay; keyward remove PROVIDER removes those as well.",
  args: [{ name: "<provider>", summary: "id of the provider" }],
  options: [{ flags: "--yes", summary: "do not ask" }],
  examples: [
    { command: "keyward provider remove my-api", does: "asks, then removes the definition" },
    { command: "keyward provider remove my-api --yes", does: "without asking" },
  ],
  run: async ({ provider, yes }, { out, ask, call, profile }) => {
    const { providers } = await call("provider.list", { profile });
    const isOwn = providers.some((candidate) => candidate.id === provider && candidate.custom);
    if (isOwn) await ask.confirm(`Remove the definition of ${provider}?`, yes === true);
    const { removed } = await call("provider.remove", { provider });
    out.line(
      removed ? `removed the definition of ${provider}` : `nothing to remove: there is no definition of your own called ${provider}`,
    );
    out.object({ provider, removed });
  },
});
