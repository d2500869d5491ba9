// Every way Node makes a TLS connection goes through the proxy once the preload is required: real Node processes, a real proxy.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServer } from "node:https";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { mintLeaf } from "../../../src/certs/leaf.ts";
import { installPreload } from "../../../src/child/install-preload.ts";
import { ConnectProxy } from "../../support/child/connect-proxy.ts";
import { proxiedEnvironment } from "../../support/child/proxied-environment.ts";
import { type ProgramEnd, runProgram } from "../../support/child/run-program.ts";
import { withLimit } from "../../support/wait.ts";

let proxy: ConnectProxy;
let env: Record<string, string>;

beforeAll(async () => {
  proxy = await new ConnectProxy().listen();
  env = proxiedEnvironment(proxy, { tlsPorts: [8443] });
});
afterAll(() => proxy.close());

const HELPERS = `
const read = (response) => new Promise((resolve, reject) => {
  let text = ""; response.setEncoding("utf8").on("data", (part) => (text += part)).on("end", () => resolve(text)).on("error", reject);
});
const https = await import("node:https");
const get = (url, options = {}) => new Promise((resolve, reject) => {
  const request = https.get(url, options, async (response) => resolve({ text: await read(response), reused: request.reusedSocket }));
  request.on("error", reject);
});
const show = (error) => console.log(error.cause?.message ?? error.message, error.cause?.code ?? error.code);
`;

function node(script: string, changes: Record<string, string> = {}): Promise<ProgramEnd> {
  return runProgram(process.execPath, ["--input-type=module", "-e", HELPERS + script], { ...env, ...changes });
}

/** What the script printed, when nothing went wrong. */
async function output(script: string, changes: Record<string, string> = {}): Promise<string> {
  const { status, stdout, stderr } = await node(script, changes);
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.trimEnd();
}

const UNDICI = JSON.stringify(import.meta.resolve("undici"));

describe("through the proxy goes", () => {
  it.each([
    ["fetch", `console.log(await (await fetch("https://api.openai.com/a")).text())`],
    ["https", `console.log((await get("https://api.openai.com/a")).text)`],
    ["https with an agent of its own", `console.log((await get("https://api.openai.com/a", { agent: new https.Agent() })).text)`],
    ["https without an agent", `console.log((await get("https://api.openai.com/a", { agent: false })).text)`],
    [
      "undici from npm",
      `const { request } = await import(${UNDICI}); console.log(await (await request("https://api.openai.com/a")).body.text())`,
    ],
    [
      "undici with an agent of its own",
      `const { Agent, fetch } = await import(${UNDICI}); console.log(await (await fetch("https://api.openai.com/a", { dispatcher: new Agent() })).text())`,
    ],
    [
      "a worker",
      `const { Worker } = await import("node:worker_threads");
       new Worker('fetch("https://api.openai.com/a").then((r) => r.text()).then(console.log)', { eval: true });`,
    ],
    [
      "tls.connect imported by name",
      `const { connect } = await import("node:tls");
       const socket = connect(443, "api.openai.com", () => socket.write("GET /a HTTP/1.1\\r\\nHost: api.openai.com\\r\\nConnection: close\\r\\n\\r\\n"));
       console.log((await read(socket)).split("\\r\\n").find((line) => line.startsWith("PONG")));`,
    ],
    [
      "tls.connect with an address and a server name",
      `const { connect } = await import("node:tls");
       const socket = connect({ host: "192.0.2.1", port: 443, servername: "api.openai.com", ALPNProtocols: ["http/1.1"] });
       socket.on("secureConnect", () => socket.end("GET /a HTTP/1.1\\r\\nHost: " + (socket.alpnProtocol && "api.openai.com") + "\\r\\nConnection: close\\r\\n\\r\\n"));
       console.log((await read(socket)).split("\\r\\n").find((line) => line.startsWith("PONG")));`,
    ],
  ])("%s", async (_what, script) => {
    const before = proxy.targets.length;
    expect(await output(script)).toBe("PONG api.openai.com /a");
    expect(proxy.targets.slice(before)).toEqual(["api.openai.com:443"]);
    expect(proxy.serverNames.at(-1)).toBe("api.openai.com");
  });

  it("http2, with h2 negotiated", async () => {
    const script = `const { connect } = await import("node:http2"); const session = connect("https://api.openai.com");
      const stream = session.request({ ":path": "/a" }); console.log(await read(stream), session.alpnProtocol); session.close();`;
    expect(await output(script)).toBe("PONG api.openai.com:443 /a h2");
  });

  it("another port when a bound provider uses it, and no other", async () => {
    expect(await output(`console.log((await get("https://api.openai.com:8443/a")).text)`)).toBe("PONG api.openai.com:8443 /a");
    const { stdout } = await node(`await get("https://other.test:9443/").catch(show)`);
    expect(stdout).toMatch(/ENOTFOUND|EAI_AGAIN/);
  });
});

describe("a connection", () => {
  it("is kept alive by an agent, used again, and does not keep the process", async () => {
    const before = proxy.targets.length;
    const script = `const agent = new https.Agent({ keepAlive: true });
      for (let i = 0; i < 3; i++) console.log((await get("https://api.openai.com/a", { agent })).reused);
      await (await fetch("https://api.openai.com/a")).text();`;
    expect(await output(script)).toBe("false\ntrue\ntrue");
    expect(proxy.targets.length - before).toBe(2);
  });

  it("carries large bodies both ways", async () => {
    const script = `const up = await fetch("https://api.openai.com/up", { method: "POST", body: Buffer.alloc(5_000_000, "u") }); await up.text();
      const down = await (await fetch("https://api.openai.com/large")).arrayBuffer(); console.log(down.byteLength);
      console.log((await get("https://api.openai.com/large")).text.length);`;
    expect(await output(script)).toBe(`${8 * 1024 * 1024}\n${8 * 1024 * 1024}`);
    expect(proxy.requests.find(({ path }) => path === "/up")?.bodyBytes).toBe(5_000_000);
  });

  it("is cut at the far side at once when the caller aborts", async () => {
    const script = `const control = new AbortController(); const answer = await fetch("https://api.openai.com/stream", { signal: control.signal });
      const reader = answer.body.getReader(); await reader.read(); control.abort(); await reader.read().catch((error) => console.log(error.name));`;
    expect(await output(script)).toBe("AbortError");
    await withLimit(proxy.aborted, "the origin to see the abort");
  });

  it("times out by the caller's own clock, and can be destroyed before it is open", async () => {
    const script = `const net = await import("node:net"); const silent = net.createServer(() => {}).listen(0, "127.0.0.1", async () => {
        process.env.HTTPS_PROXY = "http://127.0.0.1:" + silent.address().port;
        const request = https.get("https://api.openai.com/", { timeout: 50, agent: false });
        request.on("timeout", () => { console.log("timeout"); request.destroy(); }).on("error", (error) => console.log(error.code));
        request.on("close", () => { process.exit(0); });
      });`;
    expect(await output(script)).toBe("timeout\nECONNRESET");
  });

  it("runs twenty at once", async () => {
    const script = `const all = Array.from({ length: 20 }, (_, i) => get("https://api.openai.com/" + i, { agent: false }));
      console.log((await Promise.all(all)).every(({ text }, i) => text === "PONG api.openai.com /" + i));`;
    expect(await output(script)).toBe("true");
  });
});

describe("a refusal", () => {
  it("says what the proxy said, in fetch and in https", async () => {
    const message =
      "keyward's proxy refused to connect to denied.test:443: a rule of the run forbids this host (keyward run --explain) ERR_KEYWARD_PROXY";
    const script = `await fetch("https://denied.test/").catch(show); await get("https://denied.test/").catch(show);`;
    // Node 22.21 and 24 on make the CONNECT of fetch and https themselves; their own words are theirs.
    expect(await output(script, { NODE_USE_ENV_PROXY: "0" })).toBe(`${message}\n${message}`);
  });

  it("names the request that the audit explains", async () => {
    const script = `await get("https://recorded.test/").catch((error) => console.log(error.message, error.requestId));`;
    expect(await output(script, { NODE_USE_ENV_PROXY: "0" })).toMatch(/; keyward audit show (req_\w+) \1$/);
  });

  it("of a wrong token names the run", async () => {
    const changes = { HTTPS_PROXY: proxy.url.replace(proxy.token, "wrong"), NODE_USE_ENV_PROXY: "0" };
    expect(await output(`await get("https://api.openai.com/").catch(show)`, changes)).toContain("no live run has this token");
  });

  it("to connect at all fails at once and names the proxy, not the host", async () => {
    const changes = { HTTPS_PROXY: "http://run_x:y@127.0.0.1:1", NODE_USE_ENV_PROXY: "0" };
    const text = await output(`await fetch("https://api.openai.com/").catch(show)`, changes);
    expect(text).toBe("cannot reach keyward's proxy at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1 ECONNREFUSED");
    expect(text).not.toContain("run_x");
  });

  it.each([
    ["closes at once", ""],
    ["talks nonsense", "SSH-2.0-x\\r\\n\\r\\n"],
    ["never ends its head", "x".repeat(20_000)],
  ])("by something that is no proxy and %s is an error, not a hang", async (_what, text) => {
    const script = `const net = await import("node:net"); const odd = net.createServer((socket) => { socket.on("error", () => {}); socket.end("${text}"); });
      odd.listen(0, "127.0.0.1", async () => { process.env.HTTPS_PROXY = "http://127.0.0.1:" + odd.address().port; await get("https://api.openai.com/").catch(show); odd.close(); });`;
    expect(await output(script, { NODE_USE_ENV_PROXY: "0" })).toContain("refused to connect to api.openai.com:443");
  });

  it("of the certificate is an error: the CA is asked for, not switched off", async () => {
    const { stdout } = await node(`await get("https://api.openai.com/").catch(show)`, { NODE_EXTRA_CA_CERTS: "" });
    expect(stdout).toContain("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  });
});

describe("left alone is", () => {
  it("a host in NO_PROXY, in every form an entry has", async () => {
    const leaf = mintLeaf(proxy.authority, "127.0.0.1", Date.now());
    const direct = createServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem }, (_request, response) => response.end("direct"));
    direct.listen(0, "127.0.0.1");
    await once(direct, "listening");
    const port = String((direct.address() as AddressInfo).port);
    const script = `console.log((await get("https://127.0.0.1:${port}/").catch((error) => ({ text: error.code }))).text)`;
    const ask = (entry: string): Promise<string> =>
      output(script, { NO_PROXY: entry, no_proxy: entry, KEYWARD_TLS_PORTS: port, NODE_USE_ENV_PROXY: "0" });
    for (const entry of ["*", "127.0.0.1", "127.0.0.0/8", `x.test, 127.0.0.1:${port}`])
      expect([entry, await ask(entry)]).toEqual([entry, "direct"]);
    const before = proxy.targets.length;
    for (const entry of ["127.0.0.1:1", "10.0.0.0/8", ".0.0.2", ""]) await ask(entry);
    expect(proxy.targets.length - before).toBe(4);
    direct.close();
  });

  it("a name by suffix, with or without its dot", async () => {
    const script = `await get("https://api.openai.com/").catch(show)`;
    for (const entry of ["api.openai.com", ".openai.com", "openai.com", "*.openai.com", "openai.com:443"]) {
      expect((await node(script, { NO_PROXY: entry, NODE_USE_ENV_PROXY: "0" })).stdout).toMatch(/ENOTFOUND|EAI_AGAIN/);
    }
    expect(
      await output(`console.log((await get("https://api.openai.com/")).text)`, { NO_PROXY: "penai.com", NODE_USE_ENV_PROXY: "0" }),
    ).toBe("PONG api.openai.com /");
  });

  it("a library that makes its own CONNECT: one tunnel, not two", async () => {
    const script = `const { ProxyAgent, fetch } = await import(${UNDICI});
      console.log(await (await fetch("https://api.openai.com/a", { dispatcher: new ProxyAgent(process.env.HTTPS_PROXY) })).text());`;
    const before = proxy.targets.length;
    expect(await output(script)).toBe("PONG api.openai.com /a");
    expect(proxy.targets.length - before).toBe(1);
  });

  it("everything, when there is no proxy", async () => {
    expect((await node(`await get("https://api.openai.com/").catch(show)`, { HTTPS_PROXY: "", https_proxy: "" })).stdout).toMatch(
      /ENOTFOUND|EAI_AGAIN/,
    );
  });

  it("a program that uses no TLS: nothing is printed and nothing changes", async () => {
    expect(
      await output(
        `console.log(process.emit === Object.getPrototypeOf(process).emit || "later"); setTimeout(() => console.log(Object.hasOwn(process, "emit")), 5)`,
      ),
    ).toMatch(/false$/);
  });
});

describe("a program that wraps process.emit to see its end, as signal-exit does", () => {
  const wrap = (when: string): string => `{
    const { emit } = process;
    process.emit = function (event, ...rest) { if (event === "exit") console.log("${when}"); return emit.call(this, event, ...rest); };
  }`;

  it("keeps its wrapping, whether it was there before the preload or came after it", async () => {
    const first = join(mkdtempSync(join(tmpdir(), "keyward-emit-")), "first.cjs");
    writeFileSync(first, wrap("before"));
    const both = { ...env, NODE_OPTIONS: `--require "${first}" ${env["NODE_OPTIONS"] ?? ""}` };
    // In its first turn: what is loaded at the top of a program.
    const ends = (script: string, own: Record<string, string>) =>
      runProgram(process.execPath, ["-e", `${script} setTimeout(() => {}, 5)`], own).then(({ stdout }) => stdout);
    expect(await ends(wrap("after"), both)).toBe("after\nbefore\n");
    expect(await ends("", both)).toBe("before\n");
    expect(await ends(wrap("after"), env)).toBe("after\n");
  });
});

describe("the cost of a start", () => {
  /** CPU time of a process that does nothing, best of many: waiting for a busy machine does not count. */
  async function startMs(changes: Record<string, string>): Promise<number> {
    const used: number[] = [];
    for (let i = 0; i < 12; i++) {
      const script = "const { user, system } = process.cpuUsage(); console.log((user + system) / 1000)";
      used.push(Number((await runProgram(process.execPath, ["-e", script], { ...env, ...changes })).stdout));
    }
    return Math.min(...used);
  }

  it("is less than 15 ms", { retry: 3, timeout: 120_000 }, async () => {
    expect((await startMs({})) - (await startMs({ NODE_OPTIONS: "" }))).toBeLessThan(15);
  });
});

describe("a child that outlives much", () => {
  it("starts Node after Node while the preload lies there, and the next run puts back one that was removed", async () => {
    const again = proxiedEnvironment(proxy);
    const path = /--require="(.+)"/.exec(again["NODE_OPTIONS"] ?? "")?.[1] ?? "";
    rmSync(path);
    expect((await runProgram(process.execPath, ["-e", "0"], again)).status).not.toBe(0);
    installPreload(dirname(path));
    expect(await runProgram(process.execPath, ["-e", "console.log(1)"], again)).toMatchObject({ status: 0, stdout: "1\n", stderr: "" });
  });

  it("may replace the global dispatcher of fetch, and may leave at once with a request under way", async () => {
    const script = `const { Agent, setGlobalDispatcher } = await import(${UNDICI}); setGlobalDispatcher(new Agent());
      console.log(await (await fetch("https://api.openai.com/a")).text());
      fetch("https://api.openai.com/stream").catch(() => {}); setTimeout(() => process.exit(7), 20);`;
    expect(await node(script)).toMatchObject({ status: 7, stdout: "PONG api.openai.com /a\n", stderr: "" });
  });
});

describe("other versions of Node", () => {
  const others = (process.env["KEYWARD_TEST_NODES"] ?? "").split(":").filter((path) => path !== "");

  it.skipIf(others.length === 0)(
    "named in KEYWARD_TEST_NODES print nothing of their own in workers, and every warning of the program",
    async () => {
      const script = `const { Worker } = require("node:worker_threads");
      const worker = new Worker('process.emitWarning("mine"); fetch("https://api.openai.com/a").then((r) => r.text()).then(console.log)', { eval: true });`;
      for (const other of others) {
        const { stdout, stderr } = await runProgram(other, ["-e", script], env);
        expect([other, stdout]).toEqual([other, "PONG api.openai.com /a\n"]);
        expect([other, stderr.split("\n").filter((line) => line.startsWith("(node:"))]).toEqual([
          other,
          [expect.stringMatching(/Warning: mine$/)],
        ]);
      }
    },
  );

  it.skipIf(others.length === 0)("named in KEYWARD_TEST_NODES do the same", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "keyward-node-")), "all.mjs");
    const h2 = `const h2 = (await import("node:http2")).connect("https://api.openai.com"); console.log(await read(h2.request({ ":path": "/a" }))); h2.close();`;
    writeFileSync(
      file,
      `${HELPERS}console.log(await (await fetch("https://api.openai.com/a")).text(), (await get("https://api.openai.com/a")).text); ${h2}`,
    );
    for (const other of others) {
      const before = proxy.targets.length;
      const { stdout, stderr } = await runProgram(other, [fileURLToPath(new URL(`file://${file}`))], env);
      expect([other, stdout, stderr]).toEqual([other, "PONG api.openai.com /a PONG api.openai.com /a\nPONG api.openai.com:443 /a\n", ""]);
      expect(proxy.targets.length - before).toBe(3);
    }
  });
});
