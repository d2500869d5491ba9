// Kaggle's user name and key.
import type { Source } from "../../source.ts";

export const kaggle: Source = {
  id: "kaggle",
  tool: "Kaggle",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "$KAGGLE_CONFIG_DIR/kaggle.json" }, { path: "~/.kaggle/kaggle.json" }],
  entries: [
    {
      at: "/key",
      provider: "kaggle",
      kind: "basic",
      env: ["KAGGLE_KEY"],
      beside: { username: { at: "/username", env: ["KAGGLE_USERNAME"] } },
    },
  ],
};
