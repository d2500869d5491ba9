// Keys that Amika keeps in a file, by the name of their variable.
import { providerOfVariable } from "../../naming/provider-name.ts";
import type { Source } from "../../source.ts";

export const amikaKeychain: Source = {
  id: "amika-keychain",
  tool: "Amika keychain",
  priority: 280,
  format: "json",
  takes: "all",
  verbatim: true,
  places: [{ path: "$XDG_DATA_HOME/amika/keychain.json" }, { path: "~/.local/share/amika/keychain.json" }],
  entries: [{ at: "/*", provider: ({ keys }) => providerOfVariable(keys[0] ?? ""), kind: "api_key" }],
};
