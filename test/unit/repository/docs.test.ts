// The documentation holds together: every page can be reached from the README, no link is dead, the decision index is complete,
// and every npm script that a page names exists.
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, it } from "vitest";
import { GLOBAL_OPTIONS } from "../../../src/cli/parse.ts";
import { COMMAND_NAMES, GROUPS, loadCommand } from "../../../src/cli/registry.ts";
import { projectFiles, projectPaths, readIfThere, ROOT } from "../../support/source-files.ts";

const pages = projectFiles((path) => path === "README.md" || /^docs\/.*\.md$/.test(path));
const decisions = projectPaths((path) => /^docs\/decisions\/\d{4}-[a-z0-9-]+\.md$/.test(path));

interface Link {
  readonly from: string;
  /** From the root; a link to the page itself keeps the page's path. */
  readonly path: string;
  readonly anchor: string | null;
}

function linksOf({ path, text }: { path: string; text: string }): Link[] {
  const prose = text.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
    const target = match[1] ?? "";
    if (/^[a-z]+:/.test(target)) return [];
    const [file = "", anchor = null] = target.split("#");
    return [{ from: path, path: file === "" ? path : posix.join(posix.dirname(path), file), anchor }];
  });
}

function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** What follows `keyward` in code, up to a comment, a pipe or `--`; the words of the run program are not keyward's. */
function commandLines({ path, text }: { path: string; text: string }): string[][] {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)];
  const inline = path.startsWith("docs/decisions/") ? [] : [...text.replace(/```[\s\S]*?```/g, "").matchAll(/`([^`\n]+)`/g)];
  const code = [...blocks, ...inline].map((match) => match[1] ?? "");
  const found = code.flatMap((part) => [...part.matchAll(/(?:^|[|(] *)keyward ([^#|<>)\n]+)/gm)].map((match) => match[1] ?? ""));
  return found.map((rest) =>
    rest
      .replace(/ -- .*$/, "")
      .trim()
      .split(/ +(?=(?:[^']*'[^']*')*[^']*$)/),
  );
}

/** A command or group of the registry with options it declares, wherever global ones stand; COMMAND stands for any. */
async function isUnderstood(words: readonly string[]): Promise<boolean> {
  const flagsOf = (options: readonly { flags: string }[]): string[] =>
    options.flatMap(({ flags }) => flags.match(/(?<=^|, )--?[a-z-]+/g) ?? []);
  const known = new Set([...flagsOf(GLOBAL_OPTIONS), "--help", "--version"]);
  const route = words.filter((word, at) => !word.startsWith("-") && words[at - 1] !== "--profile").join(" ");
  const name = COMMAND_NAMES.find((candidate) => `${route} `.startsWith(`${candidate} `));
  if (name !== undefined) for (const flag of flagsOf((await loadCommand(name)).options ?? [])) known.add(flag);
  else if (route !== "" && route !== "COMMAND" && GROUPS[route] === undefined) return false;
  return words.filter((word) => /^--?[a-z]/.test(word)).every((flag) => known.has(flag.replace(/=.*$/, "")));
}

describe("the documentation", () => {
  const links = pages.flatMap(linksOf);

  it("has no dead link", () => {
    expect(links.filter(({ path }) => !existsSync(join(ROOT, path))).map(({ from, path }) => `${from} → ${path}`)).toEqual([]);
  });

  it("has no link to a heading that is not there", () => {
    const byPath = new Map(pages.map((page) => [page.path, anchorsOf(page.text)]));
    const dead = links.filter(({ path, anchor }) => anchor !== null && byPath.has(path) && !byPath.get(path)?.includes(anchor));
    expect(dead.map(({ from, path, anchor }) => `${from} → ${path}#${anchor}`)).toEqual([]);
  });

  it("names only files that exist", () => {
    const named = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/`((?:src|scripts|docs|test|providers|certs|steps)\/[\w./-]*)`/g)].map((match) => ({ path, file: match[1] ?? "" })),
    );
    const lost = named.filter(({ file }) => !existsSync(join(ROOT, file)) && !existsSync(join(ROOT, "src", "proxy", file)));
    expect(lost.map(({ path, file }) => `${path}: ${file}`)).toEqual([]);
  });

  it("tells the life of a request in the steps of the code, in their order", () => {
    const told = [...(readIfThere("docs/request.md") ?? "").matchAll(/^## (\d+) (\w+)$/gm)].map((match) => [Number(match[1]), match[2]]);
    const coded = projectFiles((path) => /^src\/proxy\/steps\/[\w-]+\.ts$/.test(path)).map(({ path, text }) => [
      Number(/^\/\/ Step (\d+), /.exec(text)?.[1]),
      path.replace(/^.*\/|\.ts$/g, ""),
    ]);
    expect(told).toEqual(coded.sort(([a], [b]) => Number(a) - Number(b)));
  });

  it("can be reached whole from the README", () => {
    const reached = new Set(["README.md"]);
    for (const from of reached) for (const link of links) if (link.from === from) reached.add(link.path);
    expect(pages.map((page) => page.path).filter((path) => !reached.has(path))).toEqual([]);
  });

  it("asks for the Node.js that the package asks for", () => {
    const { engines } = JSON.parse(readIfThere("package.json") ?? "{}") as { engines: { node: string } };
    expect(readIfThere("README.md")).toContain(`Node.js ${engines.node.replace(">=", "")} or newer`);
  });

  it("names only npm scripts that exist", () => {
    const { scripts } = JSON.parse(readIfThere("package.json") ?? "{}") as { scripts: Record<string, string> };
    const named = pages.flatMap(({ text }) =>
      [...text.matchAll(/npm (?:run )?(test|(?<=run )[a-z0-9:-]+)/g)].map((match) => match[1] ?? ""),
    );
    expect(named).not.toEqual([]);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it("names only commands and options of keyward that exist", async () => {
    const lines = pages.flatMap((page) => commandLines(page).map((words) => ({ path: page.path, words })));
    expect(lines.length).toBeGreaterThan(15);
    const wrong: string[] = [];
    for (const { path, words } of lines) if (!(await isUnderstood(words))) wrong.push(`${path}: keyward ${words.join(" ")}`);
    expect(wrong).toEqual([]);
  });
});

describe("the decision records", () => {
  const index = readIfThere("docs/decisions/README.md") ?? "";

  it("are all in the index, and the index names no other", () => {
    const listed = linksOf({ path: "docs/decisions/README.md", text: index }).flatMap(({ path }) => (/\/\d{4}-/.test(path) ? [path] : []));
    expect([...new Set(listed)].sort()).toEqual([...decisions].sort());
  });

  it("have a number each", () => {
    const numbers = decisions.map((path) => /(\d{4})-/.exec(path)?.[1]);
    expect(new Set(numbers).size).toBe(decisions.length);
  });

  it("carry their number and a title, and say something", () => {
    const wrong = decisions.filter((path) => {
      const text = readIfThere(path) ?? "";
      return !text.startsWith(`# ${/(\d{4})-/.exec(path)?.[1]} `) || text.length < 300;
    });
    expect(wrong).toEqual([]);
  });
});
