// `keyward provider test`: runs a definition's own examples. Ends with 1 when one fails.
import { define } from "../../define.ts";

export const providerTest = define<{ provider: string }>({
  name: "provider test",
  summary: "run the examples of a provider's definition",
  details: "Nothing is sent anywhere: the examples say which requests are given the key and which are not.",
  args: [{ name: "<provider>", summary: "id of the provider" }],
  examples: [
    { command: "keyward provider test github", does: "the bundled one" },
    { command: "keyward provider test my-api", does: "one of your own" },
  ],
  run: async ({ provider }, { out, call }) => {
    const { passed, failures } = await call("provider.test", { provider });
    for (const failure of failures) out.line(failure, "bad");
    out.line(`${provider}: ${passed} passed, ${failures.length} failed`);
    out.object({ provider, passed, failures });
    return failures.length === 0 ? 0 : 1;
  },
});
