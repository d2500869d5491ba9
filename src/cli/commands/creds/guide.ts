// `keyward creds guide`: the whole onboarding playbook on standard output.
import { GUIDE } from "../../creds/guide.ts";
import { define } from "../../define.ts";

export const credsGuide = define({
  name: "creds guide",
  summary: "print the playbook: by hand, in CI, in a company",
  examples: [
    { command: "keyward creds guide", does: "read it" },
    { command: "keyward creds guide | less", does: "page by page" },
  ],
  run: async (_args, { out }) => {
    if (out.json) out.object({ guide: GUIDE });
    else out.raw(GUIDE);
  },
});
