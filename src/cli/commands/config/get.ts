// `keyward config get`: one setting's value, bare.
import { listSettings } from "../../../config/settings-file.ts";
import { checkSettingKey } from "../../../config/settings.ts";
import { define } from "../../define.ts";
import { settingObject, settingText } from "../../show/settings.ts";

export const configGet = define<{ key: string }>({
  name: "config get",
  summary: "show one setting",
  args: [{ name: "<key>", summary: "key of the setting, see keyward config list" }],
  examples: [
    { command: "keyward config get daemon.idle_timeout", does: "its value, in seconds" },
    { command: "keyward config get ui.port --json", does: "with its source" },
  ],
  run: async (args, { out, paths, world }) => {
    const key = checkSettingKey(args.key);
    for (const setting of listSettings(paths, world.environment).filter((candidate) => candidate.key === key)) {
      out.line(settingText(setting.value));
      out.object(settingObject(setting));
    }
  },
});
