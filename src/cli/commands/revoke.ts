// `keyward revoke`: ends the grant at the provider where it has a way to, then removes everything as `remove` does. While the provider
// cannot be asked nothing is removed: only what is stored can end the access.
// API keys have no such way: the person is told where to end the key.
import { define } from "../define.ts";
import { removeProvider, reportRemoved } from "../acts/remove-provider.ts";

export const revoke = define<{ provider: string; yes?: boolean; local?: boolean }>({
  name: "revoke",
  summary: "end a provider's access and remove it",
  details: `The access of an OAuth login is ended at the provider first, where it has a way to (RFC 7009).
When the provider cannot be asked, the connection is kept, so that you can try again; --local removes it all the same.
An API key can only be ended at the provider itself, so for API keys this is the same as remove, and says where to go.`,
  args: [{ name: "<provider>", summary: "id of the provider" }],
  options: [
    { flags: "--yes", summary: "do not ask" },
    { flags: "--local", summary: "remove it here and do not ask the provider" },
  ],
  examples: [
    { command: "keyward revoke openai", does: "asks, removes, and names the page where keys are ended" },
    { command: "keyward revoke openai --yes", does: "without asking" },
    { command: "keyward revoke github --local", does: "here alone, when the provider cannot be reached" },
  ],
  run: async ({ provider, yes, local }, context) => {
    const removed = await removeProvider(provider, { yes: yes === true, revoke: local !== true }, context);
    reportRemoved(provider, removed, context);
    for (const name of removed.ended) context.out.line(`ended the access of ${provider} (${name}) at the provider`);
    if (removed.connections.length === removed.ended.length) return;
    const where = removed.keysUrl === null ? "at the provider" : `at ${removed.keysUrl}`;
    context.out.note(`${removed.ended.length > 0 ? "one of them" : "the key itself"} is still valid; end it ${where}`);
  },
});
