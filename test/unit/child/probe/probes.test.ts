import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { requireKnownLimit } from "../../../../src/child/limits/known-limits.ts";
import { ABSENT_STATUS, PROBES } from "../../../../src/child/probe/probes.ts";

describe("the probes", () => {
  it("have an id each that can stand in a path", () => {
    const ids = PROBES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9-]+$/);
  });

  it("say of a known limit what the documentation says", () => {
    const limited = PROBES.filter(({ limit }) => limit !== undefined);
    expect(limited.map(({ id }) => id)).toEqual([
      "python-aiohttp-default",
      "python-urllib3",
      "python-http-client",
      "php-streams",
      "wget2",
      "aria2",
    ]);
    for (const { limit } of limited) expect(requireKnownLimit(limit ?? "").instead).not.toBe("");
  });

  it("all go to the echo and nowhere else", () => {
    for (const probe of PROBES) {
      const words = [...probe.args, ...Object.values(probe.env ?? {})].join(" ");
      expect(words, probe.id).toContain("{url}");
      expect(words, probe.id).not.toMatch(/https?:\/\//);
      for (const [placeholder] of words.matchAll(/\{(?:url|key|directory)\w*\}/g))
        expect(["{url}", "{key}", "{directory}"]).toContain(placeholder);
    }
  });

  it("of Python say by their status that a module is not there", () => {
    const requests = PROBES.find(({ id }) => id === "python-requests");
    const script = (requests?.args[1] ?? "").replace("import requests", "import no_such_module_of_keyward");
    expect(spawnSync("/usr/bin/python3", ["-c", script, "https://x.test/"]).status).toBe(ABSENT_STATUS);
  });
});
