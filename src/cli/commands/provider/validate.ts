// `keyward provider validate`: checks definitions and adds none. Ends with 2 when one has a problem.
import { resolve } from "node:path";
import { define } from "../../define.ts";
import { readTextArgument } from "../../input/read-text.ts";

const BAD_INPUT_STATUS = 2;

export const providerValidate = define<{ file: readonly string[] }>({
  name: "provider validate",
  summary: "check provider definitions",
  args: [{ name: "<file...>", summary: "definitions (JSON), or - for standard input" }],
  examples: [
    { command: "keyward provider validate my-api.json", does: "every problem with its place" },
    { command: "keyward provider validate providers/*.json", does: "several at once" },
  ],
  run: async ({ file: files }, { out, call, world }) => {
    const results: { file: string; id: string; problems: readonly string[] }[] = [];
    for (const file of files) {
      const text = await readTextArgument(file, world);
      const path = file === "-" ? "standard input" : resolve(world.cwd, file);
      const { id, problems } = await call("provider.validate", { path, text });
      results.push({ file, id, problems });
      if (problems.length === 0) out.line(`${file}: ok (${id})`);
      for (const problem of problems) out.line(`${file}: ${problem}`);
    }
    const ok = results.every(({ problems }) => problems.length === 0);
    out.object({ ok, files: results });
    return ok ? 0 : BAD_INPUT_STATUS;
  },
});
