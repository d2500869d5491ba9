// `keyward config unset`: back to the default.
import { ensureHome } from "../../../config/home.ts";
import { removeSetting } from "../../../config/settings-file.ts";
import { checkSettingKey, SETTINGS } from "../../../config/settings.ts";
import { define } from "../../define.ts";
import { settingText } from "../../show/settings.ts";

export const configUnset = define<{ key: string }>({
  name: "config unset",
  summary: "set a setting back to its default",
  args: [{ name: "<key>", summary: "key of the setting" }],
  examples: [
    { command: "keyward config unset upstream.proxy", does: "no parent proxy any more" },
    { command: "keyward config list", does: "see the defaults" },
  ],
  run: async (args, { out, paths }) => {
    const key = checkSettingKey(args.key);
    ensureHome(paths);
    const removed = removeSetting(paths, key);
    const fallback = settingText(SETTINGS[key].fallback) || "empty";
    out.line(removed ? `${key} is back to its default: ${fallback}` : `${key} was not set; its default is ${fallback}`);
    out.object({ key, removed, value: SETTINGS[key].fallback });
  },
});
