// `keyward remove`: everything this machine keeps about a provider, its custom definition included.
import { define } from "../define.ts";
import { removeProvider, reportRemoved } from "../acts/remove-provider.ts";

export const remove = define<{ provider: string; yes?: boolean }>({
  name: "remove",
  summary: "remove everything kept about a provider",
  details: "All its connections, its placeholders, and the definition when it is your own.\nThe key itself stays valid at the provider.",
  args: [{ name: "<provider>", summary: "id of the provider" }],
  options: [{ flags: "--yes", summary: "do not ask" }],
  examples: [
    { command: "keyward remove openai", does: "asks, then removes all its connections" },
    { command: "keyward remove my-api --yes", does: "without asking, definition included" },
  ],
  run: async ({ provider, yes }, context) =>
    reportRemoved(provider, await removeProvider(provider, { yes: yes === true, revoke: false }, context), context),
});
