import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { beforeEach, describe, expect, it } from "vitest";
import { type Paths, resolvePaths } from "../../../../src/config/paths.ts";
import type { DaemonLog } from "../../../../src/daemon/log.ts";
import { UpstreamSettings } from "../../../../src/daemon/proxy/upstream-settings.ts";

const quiet = new Proxy({}, { get: () => () => {} }) as DaemonLog;
let paths: Paths;

beforeEach(() => {
  paths = resolvePaths({ KEYWARD_HOME: mkdtempSync(join(tmpdir(), "kw-up-")) });
  mkdirSync(paths.home, { recursive: true });
});

let written = 0;
/** Every write has another length, for a clock that ticks slowly. */
function set(settings: object): void {
  writeFileSync(paths.config, JSON.stringify(settings) + " ".repeat(++written));
}

describe("the upstream settings", () => {
  it("are the defaults without a file, and Node's own roots", () => {
    expect(new UpstreamSettings(paths, quiet).current()).toEqual({ allow: [], resolve: [], proxy: null, roots: undefined });
  });

  it("change with the file and are the same object until then", () => {
    const settings = new UpstreamSettings(paths, quiet);
    set({ "network.allow": ["10.0.0.0/8"], "upstream.proxy": "http://127.0.0.1:3128" });
    const first = settings.current();
    expect(first).toMatchObject({ allow: ["10.0.0.0/8"], proxy: { source: "upstream.proxy", noProxy: [] } });
    expect(settings.current()).toBe(first);
    set({});
    expect(settings.current()).toMatchObject({ allow: [], proxy: null });
  });

  it("add the file's roots to Node's, and read it again when it changed", () => {
    const file = join(paths.home, "root.pem");
    writeFileSync(file, "one");
    set({ "upstream.ca_file": file });
    const settings = new UpstreamSettings(paths, quiet);
    expect(settings.current().roots).toEqual([...rootCertificates, "one"]);
    writeFileSync(file, "another");
    expect(settings.current().roots).toEqual([...rootCertificates, "another"]);
  });

  it("with a roots file that cannot be read are an error, not less trust in silence", () => {
    set({ "upstream.ca_file": join(paths.home, "absent.pem") });
    expect(() => new UpstreamSettings(paths, quiet).current()).toThrow(expect.objectContaining({ code: "UPSTREAM_TLS" }));
  });

  it("that are damaged keep what was read last", () => {
    const settings = new UpstreamSettings(paths, quiet);
    set({ "network.allow": ["10.0.0.0/8"] });
    const before = settings.current();
    writeFileSync(paths.config, "{");
    expect(settings.current()).toBe(before);
  });
});
