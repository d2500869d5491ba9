// `keyward config set`: checks a value and keeps it in config.json.
import { ensureHome } from "../../../config/home.ts";
import { readVariable } from "../../../config/environment.ts";
import { storeSetting } from "../../../config/settings-file.ts";
import { checkSettingKey, parseSetting, SETTINGS } from "../../../config/settings.ts";
import { define } from "../../define.ts";
import { shownSetting, shownText } from "../../show/settings.ts";

export const configSet = define<{ key: string; value: string }>({
  name: "config set",
  summary: "change a setting",
  args: [
    { name: "<key>", summary: "key of the setting" },
    { name: "<value>", summary: "its new value" },
  ],
  examples: [
    { command: "keyward config set daemon.idle_timeout 2h", does: "a shorter life for an idle daemon" },
    { command: "keyward config set upstream.ca_file /etc/ssl/corp.pem", does: "trust a company's root" },
  ],
  run: async (args, { out, paths, world }) => {
    const key = checkSettingKey(args.key);
    const value = parseSetting(key, args.value);
    ensureHome(paths);
    storeSetting(paths, key, value);
    out.line(`${key} = ${shownText(value)}`);
    const { variable } = SETTINGS[key];
    if (variable !== undefined && readVariable(variable, world.environment) !== undefined) {
      out.warn(`${variable} is set in this shell and goes before it`);
    }
    out.object({ key, value: shownSetting(value) });
  },
});
