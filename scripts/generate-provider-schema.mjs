// Run after changing src/providers/schema.ts: writes providers/schema.json, which editors use through "$schema".
// Needs dist/ (npm run build). A test fails while the committed file differs from the code.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const built = new URL("../dist/providers/schema.js", import.meta.url);
const target = fileURLToPath(new URL("../providers/schema.json", import.meta.url));
const formatter = fileURLToPath(new URL("../node_modules/.bin/oxfmt", import.meta.url));

const { providerJsonSchema } = await import(built.href).catch(() => {
  console.error("dist/providers/schema.js cannot be loaded; run first: npm run build");
  process.exit(1);
});
writeFileSync(target, `${JSON.stringify(providerJsonSchema(), null, 2)}\n`);
process.exit(spawnSync(formatter, [target], { stdio: "inherit" }).status ?? 1);
