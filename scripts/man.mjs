// Run it after changing a command (a test says when): writes man/ from the commands, through the compiled sources in dist/.
// Pages of commands that are gone are removed.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { renderManPages } from "../dist/cli/man/render-man.js";
import { COMMAND_NAMES, GROUPS, loadCommand } from "../dist/cli/registry.js";

const directory = fileURLToPath(new URL("../man", import.meta.url));
const pages = renderManPages(await Promise.all(COMMAND_NAMES.map(loadCommand)), GROUPS);
mkdirSync(directory, { recursive: true });
for (const name of readdirSync(directory)) if (!Object.hasOwn(pages, name)) rmSync(join(directory, name));
for (const [name, text] of Object.entries(pages)) writeFileSync(join(directory, name), text);
console.log(`${Object.keys(pages).length} pages in ${directory}`);
