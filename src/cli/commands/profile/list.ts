// `keyward profile list`: the encrypted stores of this home.
import { define } from "../../define.ts";
import { CUSTODY_WORDS, profileObject } from "../../show/profiles.ts";

export const profileList = define({
  name: "profile list",
  summary: "show the profiles",
  examples: [
    { command: "keyward profile list", does: "all of them, the active one marked *" },
    { command: "keyward profile list --json", does: "the same for a script" },
  ],
  run: async (_args, { out, call }) => {
    const { profiles } = await call("profile.list", {});
    out.object({ profiles: profiles.map(profileObject) });
    if (profiles.length === 0) {
      out.line("no profile yet; the first login makes one");
      out.line("next: keyward login openai");
      return;
    }
    out.table(
      ["PROFILE", "STATE", "KEY IN", "PATH"],
      profiles.map(({ name, active, state, custody, path }) => [active ? `${name} *` : name, state, CUSTODY_WORDS[custody], path]),
    );
    out.line("* the active profile", "dim");
  },
});
