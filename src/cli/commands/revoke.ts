// `keyward revoke`: ends the grant at the provider where it has a way to, then removes everything as `remove` does.
// API keys have no such way: the person is told where to end the key.
import { define } from "../define.ts";
import { removeProvider, reportRemoved } from "../acts/remove-provider.ts";

export const revoke = define<{ provider: string; yes?: boolean }>({
  name: "revoke",
  summary: "end a provider's access and remove it",
  details: "An API key can only be ended at the provider, so for API keys this is the same as remove, and says where to go.",
  args: [{ name: "<provider>", summary: "id of the provider" }],
  options: [{ flags: "--yes", summary: "do not ask" }],
  examples: [
    { command: "keyward revoke openai", does: "asks, removes, and names the page where keys are ended" },
    { command: "keyward revoke openai --yes", does: "without asking" },
  ],
  run: async ({ provider, yes }, context) => {
    const removed = await removeProvider(provider, yes === true, context);
    reportRemoved(provider, removed, context);
    if (removed.connections.length === 0) return;
    const where = removed.keysUrl === null ? "at the provider" : `at ${removed.keysUrl}`;
    context.out.note(`the key itself is still valid; end it ${where}`);
  },
});
