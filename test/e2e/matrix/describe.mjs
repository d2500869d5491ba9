// Rows of the matrix as text for a terminal, and as the table of docs/clients.md between its two marks.
// In: rows. Out: text; `writeMatrix` replaces only what lies between the marks.
import { readFileSync, writeFileSync } from "node:fs";

const BEGIN = "<!-- matrix: written by npm run e2e -- --write -->";
const END = "<!-- /matrix -->";
const HEAD = ["client", "version", "routed / trusted / injected", "note"];

export function describeMatrix(rows) {
  const cells = rows.map((row) => [row.title, row.version, marks(row), [row.verdict, row.note].filter((part) => part !== "").join(": ")]);
  const widths = HEAD.map((name, at) => Math.max(name.length, ...cells.map((line) => line[at].length)));
  const lines = [HEAD, ...cells].map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at]))
      .join("  ")
      .trimEnd(),
  );
  const count = (verdict) => rows.filter((row) => row.verdict === verdict).length;
  const sums = ["pass", "known limit", "pending", "not installed", "FAIL"]
    .filter((verdict) => count(verdict) > 0)
    .map((verdict) => `${count(verdict)} ${verdict}`);
  return `\n${lines.join("\n")}\n\n${sums.join(", ")}`;
}

export function writeMatrix(rows, file) {
  const text = readFileSync(file, "utf8");
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error("docs/clients.md has lost the marks around its matrix");
  const table = [
    "| client | version | routed | trusted | injected | note |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows.map((row) =>
      `| ${[row.title, row.version, ...marks(row).split(" / "), row.verdict === "pass" ? row.note : `${row.verdict}: ${row.note}`].join(" | ")} |`.replaceAll(
        / +\|/g,
        " |",
      ),
    ),
  ];
  writeFileSync(file, `${text.slice(0, from)}${BEGIN}\n${table.join("\n")}\n${text.slice(to)}`);
}

function marks({ routed, trusted, injected, verdict }) {
  if (verdict === "not installed" || verdict === "pending") return "- / - / -";
  return [routed, trusted, injected].map((yes) => (yes ? "yes" : "no")).join(" / ");
}
