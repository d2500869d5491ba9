import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { SOURCES } from "../../../src/discover/sources.ts";
import { renderSources } from "../../support/discover/source-table.ts";

const DOC = new URL("../../../docs/discover.md", import.meta.url);
const START = "## The sources\n\n";

it("docs/discover.md lists every source as it is (written anew with -u)", async () => {
  const page = readFileSync(DOC, "utf8");
  const prose = page.slice(0, page.indexOf(START) + START.length);
  await expect(`${prose}${renderSources(SOURCES)}`).toMatchFileSnapshot(DOC.pathname);
});
