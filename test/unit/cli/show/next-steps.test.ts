import { describe, expect, it } from "vitest";
import { nextSteps } from "../../../../src/cli/show/next-steps.ts";

const commands = (hint: string | undefined): string[] => nextSteps(hint).map(({ command }) => command);

describe("nextSteps", () => {
  it.each([
    [undefined, []],
    ["keyward provider list", ["keyward provider list"]],
    ["to replace it: keyward login openai --force", ["keyward login openai --force"]],
    ["keyward login openai --from-env OPENAI_API_KEY   (or --stdin, --from-file FILE)", ["keyward login openai --from-env OPENAI_API_KEY"]],
    ["choose one: --provider a or --provider b", []],
    ["did you mean keyward creds check?", ["keyward creds check"]],
    ["read it, then: keyward allow", ["keyward allow"]],
    ["keyward login x, or keyward creds set Y", ["keyward login x", "keyward creds set Y"]],
    ["chmod 700 '/home/a b'", ["chmod 700 '/home/a b'"]],
    [
      "unset KEYWARD_EPHEMERAL, or bind values for one run: keyward run --from-env NAME -- COMMAND",
      ["unset KEYWARD_EPHEMERAL", "keyward run --from-env NAME -- COMMAND"],
    ],
    ["see docs/keyward.md", []],
    ["systemctl status keyward", []],
  ])("finds in %j the commands", (hint, expected) => expect(commands(hint)).toEqual(expected));
});
