// Reads the clients of the matrix: one small file each in test/e2e/clients/<group>/<id>.mjs. In: names asked for, none for all.
// Out: complete records in the order of the printed matrix. A file that breaks the form stops the run: it is a mistake of the project.
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

const DIRECTORY = new URL("../clients/", import.meta.url);
const RECIPES = new URL("../../../docs/agents.md", import.meta.url);
const LIMITS = new URL("../../../certs/limits.json", import.meta.url);
const GROUPS = ["tools", "python", "node", "sdk", "runtimes", "languages", "agents", "limits"];

/** What `npm test` plays: a quarter, with every runtime in it. */
export const QUARTER =
  "curl curl-form wget git git-helper urllib requests httpx node-fetch-builtin node-https node-https-agent node-http2 bun-fetch deno-fetch go java-http-client ruby php-curl perl-lwp".split(
    " ",
  );

/**
 * @typedef {object} Client
 * @property {string} id the file's name
 * @property {string} group the folder's name
 * @property {string} title what the matrix calls it
 * @property {string} fake which stand-in of test/e2e/fakes answers; it says where the key must arrive
 * @property {string} [sees] 'METHOD /path' (the beginning of one) that the stand-in must have answered with the key; any request when absent
 * @property {Readonly<Record<string, string>>} [npm] packages to install, pinned; the first one's version is the client's
 * @property {readonly string[]} [debian] packages to install with apt-get
 * @property {readonly string[]} [version] prints the version; when it fails the client is not installed
 * @property {Readonly<Record<string, string>>} [files] written into the working directory
 * @property {readonly string[]} [command] run inside `keyward run`
 * @property {string} [recipe] instead of `command`: the heading of docs/agents.md whose `keyward run` lines are run as they stand there
 * @property {Readonly<Record<string, string>>} [env] what a user would set
 * @property {string} [prints] standard output must contain it; PONG when absent
 * @property {string} [limit] id of the entry of certs/limits.json that says why it is known not to work; the row fails when it does
 * @property {number} [limitSeconds]
 */

/** @returns {Promise<Client[]>} */
export async function readClients(names = []) {
  const clients = [];
  for (const group of GROUPS) {
    for (const file of readdirSync(new URL(`${group}/`, DIRECTORY)).sort()) {
      const id = basename(file, ".mjs");
      if (names.length > 0 && !names.includes(id) && !names.includes(group)) continue;
      const { default: given } = await import(new URL(`${group}/${file}`, DIRECTORY).href);
      clients.push(complete({ ...given, id, group }));
    }
  }
  return clients;
}

function complete(client) {
  const { id, title, fake, recipe, command } = client;
  if (typeof title !== "string" || typeof fake !== "string") throw new Error(`client ${id} needs a title and a fake`);
  if ((recipe === undefined) === (command === undefined)) throw new Error(`client ${id} needs either a command or a recipe`);
  if (client.limit !== undefined) return { ...client, limit: readLimit(client.limit) };
  if (recipe !== undefined) return { ...client, script: readRecipe(recipe) };
  return client;
}

function readLimit(id) {
  const limit = JSON.parse(readFileSync(LIMITS, "utf8")).clients.find((one) => one.id === id);
  if (limit === undefined) throw new Error(`certs/limits.json has no limit '${id}'`);
  return limit.problem;
}

/** The `keyward run` lines of the first code block below a heading: what the document promises is what is run. */
export function readRecipe(heading, text = readFileSync(RECIPES, "utf8")) {
  const section = text.split(/^(?=## )/m).find((part) => part.startsWith(`## ${heading}\n`));
  const block = /```sh\n([\s\S]*?)```/.exec(section ?? "")?.[1] ?? "";
  const lines = block.split("\n").filter((line) => line.startsWith("keyward run "));
  if (lines.length === 0) throw new Error(`docs/agents.md has no recipe under '## ${heading}'`);
  return lines.join("\n");
}
