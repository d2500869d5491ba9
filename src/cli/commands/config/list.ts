// `keyward config list`: every setting, its value, where that comes from and what it means, or with --origin what it shadows.
import { SETTINGS } from "../../../config/settings.ts";
import { define } from "../../define.ts";
import { shownText } from "../../show/settings.ts";
import { describeLayer, traceHere, tracedObject } from "../../show/traced-settings.ts";

export const configList = define<{ origin?: boolean }>({
  name: "config list",
  summary: "show every setting",
  details: `A flag goes before a variable, that before keyward.json, that before config.json, that before the default. A place that
cannot be read is said and left out; what stores, reveals or starts something refuses a broken config.json instead.`,
  options: [{ flags: "--origin", summary: "where each is set, what that shadows, and how to take it off" }],
  examples: [
    { command: "keyward config list", does: "value, source and meaning" },
    { command: "keyward config list --origin", does: "which variable or file decides" },
    { command: "keyward config list --json", does: "everything for a script" },
  ],
  run: async (args, context) => {
    const { out } = context;
    const settings = traceHere(context);
    out.object({ settings: settings.map(tracedObject) });
    if (args.origin === true) {
      out.table(
        ["KEY", "VALUE", "SOURCE", "WHERE", "SHADOWS", "TO TAKE IT OFF"],
        settings.map(({ key, value, source, where, shadows, unset }) => {
          const hidden = shadows.filter((layer) => layer.source !== "default").map(describeLayer);
          return [key, shownText(value) || "-", source, where ?? "", hidden.join(", "), unset ?? ""];
        }),
      );
      return;
    }
    out.table(
      ["KEY", "VALUE", "SOURCE", "MEANING"],
      settings.map(({ key, value, source }) => [key, shownText(value) || "-", source, SETTINGS[key].doc]),
    );
  },
});
