import { readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { headPath, readHead, writeHead } from "../../../src/audit/head-file.ts";
import { GENESIS, sha256 } from "../../../src/audit/record-line.ts";
import { tempPath } from "./temp-audit.ts";

describe("the head", () => {
  it("is what was written last, in one private file", () => {
    const path = tempPath();
    expect(readHead(path)).toBeNull();
    writeHead(path, { seq: 0, hash: GENESIS });
    writeHead(path, { seq: 7, hash: sha256("7") });
    expect(readHead(path)).toEqual({ seq: 7, hash: sha256("7") });
    expect(readdirSync(dirname(path))).toEqual(["work.audit.jsonl.head"]);
    expect(statSync(headPath(path)).mode & 0o777).toBe(0o600);
  });

  it.each(["", "null", "{", '{"seq":"7"}', '{"seq":1.5,"hash":"00"}', `{"seq":1,"hash":"${GENESIS}0"}`])("is not %j", (text) => {
    const path = tempPath();
    writeFileSync(headPath(path), text);
    expect(readHead(path)).toBeNull();
  });
});
