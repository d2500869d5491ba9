import { expect, it } from "vitest";
import { KEY, useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();

it("replaces stored secrets in variables and names files, bound or not", async () => {
  await daemon.store();
  const started = await daemon.startRun({ selection: { connections: [], providers: [] } });
  const placeholder = started.env["OPENAI_API_KEY"];
  const values = { MINE: `Bearer ${KEY}`, BASIC: Buffer.from(`me:${KEY}`).toString("base64"), OTHER: "nothing in here" };
  const files = [
    { name: ".env", text: `A=1\nKEY=${KEY}\n` },
    { name: ".netrc", text: "machine h" },
  ];
  expect(await daemon.client.call("run.sweep", { profile: null, values, files })).toEqual({
    replace: { MINE: `Bearer ${placeholder}`, BASIC: Buffer.from(`me:${placeholder}`).toString("base64") },
    files: [".env"],
  });
});

it("finds nothing where nothing is stored", async () => {
  expect(await daemon.client.call("run.sweep", { profile: null, values: { A: KEY }, files: [] })).toEqual({ replace: {}, files: [] });
});
