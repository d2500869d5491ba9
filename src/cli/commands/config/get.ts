// `keyward config get`: one setting's value, bare; what it hides goes to stderr.
import { checkSettingKey } from "../../../config/settings.ts";
import { define } from "../../define.ts";
import { settingText } from "../../show/settings.ts";
import { describeLayer, traceHere, tracedObject } from "../../show/traced-settings.ts";

export const configGet = define<{ key: string }>({
  name: "config get",
  summary: "show one setting",
  args: [{ name: "<key>", summary: "key of the setting, see keyward config list" }],
  examples: [
    { command: "keyward config get daemon.idle_timeout", does: "its value, in seconds" },
    { command: "keyward config get ui.port --json", does: "with its source" },
  ],
  run: async (args, context) => {
    const key = checkSettingKey(args.key);
    for (const setting of traceHere(context).filter((candidate) => candidate.key === key)) {
      context.out.line(settingText(setting.value));
      context.out.object({ ...tracedObject(setting), value: setting.value });
      const hidden = setting.shadows.filter(({ source }) => source !== "default");
      if (setting.unset === null || setting.where === null || hidden.length === 0) continue;
      context.out.note(`${setting.where} shadows ${hidden.map(describeLayer).join(", ")}; to use that: ${setting.unset}`);
    }
  },
});
