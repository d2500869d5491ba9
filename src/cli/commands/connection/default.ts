// `keyward connection default`: which of a provider's connections is used when none is named.
import { checkName } from "../../../core/names.ts";
import { define } from "../../define.ts";

export const connectionDefault = define<{ provider: string; connection: string }>({
  name: "connection default",
  summary: "choose the connection used when none is named",
  args: [
    { name: "<provider>", summary: "id of the provider" },
    { name: "<connection>", summary: "name of one of its connections" },
  ],
  examples: [
    { command: "keyward connection default openai work", does: "use openai's work key from now on" },
    { command: "keyward connection list", does: "see which one is the default (*)" },
  ],
  run: async ({ provider, connection: name }, { out, call, profile }) => {
    const connection = checkName("connection", name);
    const { previous } = await call("connection.default", { profile, provider, connection });
    out.line(
      previous === connection ? `${connection} already is the default of ${provider}` : `${connection} is now the default of ${provider}`,
    );
    out.object({ provider, connection, previous });
  },
});
