// The table of docs/discover.md, from the sources themselves. In: sources. Out: markdown; sources-doc.test.ts holds the page equal to it.
import type { Entry, Source } from "../../../src/discover/source.ts";

export function renderSources(sources: readonly Source[]): string {
  const rows = sources.map((source) =>
    [source.priority, source.id, source.tool, source.places.map(({ path }) => `\`${path}\``).join(" "), kindsOf(source)].join(" | "),
  );
  return `| priority | source | tool | looks in | finds |\n| --- | --- | --- | --- | --- |\n${rows.map((row) => `| ${row} |\n`).join("")}`;
}

function kindsOf({ entries, keychain }: Source): string {
  const kinds = new Set(entries.map(describe));
  const items = (keychain ?? []).map(({ service }) => `keychain item \`${service}\``);
  return [...kinds, ...items].join(", ");
}

function describe({ provider, kind }: Entry): string {
  const what = typeof kind === "string" ? kind : "api_key or oauth";
  return typeof provider === "string" ? `${provider} ${what}` : what;
}
