// `keyward config list`: every setting, its value, where that comes from and what it means.
import { listSettings } from "../../../config/settings-file.ts";
import { SETTINGS } from "../../../config/settings.ts";
import { define } from "../../define.ts";
import { settingObject, settingText } from "../../show/settings.ts";

export const configList = define({
  name: "config list",
  summary: "show every setting",
  examples: [
    { command: "keyward config list", does: "value, source and meaning" },
    { command: "keyward config list --json", does: "the same for a script" },
  ],
  run: async (_args, { out, paths, world }) => {
    const settings = listSettings(paths, world.environment);
    out.object({ settings: settings.map(settingObject) });
    out.table(
      ["KEY", "VALUE", "SOURCE", "MEANING"],
      settings.map(({ key, value, source }) => [key, settingText(value) || "-", source, SETTINGS[key].doc]),
    );
  },
});
