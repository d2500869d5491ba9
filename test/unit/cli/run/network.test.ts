import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createContext, type World } from "../../../../src/cli/context.ts";
import { readNetwork } from "../../../../src/cli/run/network.ts";
import { identifyProcess } from "../../../../src/core/process-identity.ts";

it("goes along with the asker; what cannot be used is said on stderr, without its value", () => {
  const said: string[] = [];
  const environment = { KEYWARD_HOME: mkdtempSync(join(tmpdir(), "kw-net-")), ALL_PROXY: "socks5://user:pass@h:1" };
  const world = { environment, stderr: { write: (text: string) => said.push(text) } };
  const context = createContext(world as unknown as World, { json: false, profile: undefined, verbose: false, colour: false });
  expect(readNetwork(context)).toEqual({ asker: identifyProcess(process.pid), within: null, proxy: null, caFiles: [] });
  expect(said.join("")).toMatch(/^warning: ALL_PROXY names a SOCKS proxy.*\n$/);
  expect(said.join("")).not.toContain("pass");
});
