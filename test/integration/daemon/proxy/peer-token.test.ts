// Real JVMs, real proxy: a JVM of the run gets in without credentials, nobody else does.
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PeerTokens } from "../../../../src/daemon/proxy/peer-token.ts";
import { describeWithClients, PYTHON } from "../../../support/clients.ts";
import { writeJavaProgram } from "../../../support/child/java-program.ts";
import { proxiedEnvironment } from "../../../support/child/proxied-environment.ts";
import { type ProgramEnd, runProgram } from "../../../support/child/run-program.ts";
import {
  bearerProvider,
  makeConnection,
  openConnect,
  type Rig,
  type RigConnection,
  type RigRun,
  startRig,
} from "../../../support/proxy-rig.ts";
import { startTlsUpstream, type TlsUpstream } from "../../../support/tls-upstream.ts";

const tokens = new PeerTokens();
let upstream: TlsUpstream;
let rig: Rig;
let run: RigRun;
let bound: RigConnection;
let program: string;

beforeAll(async () => {
  upstream = await startTlsUpstream({ hosts: ["api.acme.test"], answer: () => ({ body: "PONG" }) });
  rig = await startRig({ upstreams: [upstream], overrides: { peerToken: (connection) => tokens.find(connection) } });
  bound = makeConnection(bearerProvider);
  run = rig.addRun([bound]);
  program = writeJavaProgram();
});
afterAll(async () => {
  await rig.close();
  await upstream.close();
});

function environment(token = run.token): Record<string, string> {
  const proxy = { runId: run.run.id, token, port: rig.proxy.port, authority: { certificatePem: rig.caPem } };
  return proxiedEnvironment(proxy, { env: { OPENAI_API_KEY: bound.binding.placeholders["key"] ?? "" } });
}

function java(kind: "client" | "connection", env = environment()): Promise<ProgramEnd> {
  return runProgram("java", [program, kind, "https://api.acme.test/v1"], env);
}

describeWithClients(["java"], "a JVM of the run", () => {
  it.each([
    ["client", /^200 HTTP_(?:2|1_1) PONG$/],
    ["connection", /^200 PONG$/],
  ] as const)(
    "gets its key with java.net's %s",
    async (kind, said) => {
      const { stdout, stderr } = await java(kind);
      expect(stdout, stderr).toMatch(said);
      expect(upstream.requests.at(-1)?.headers["authorization"]).toBe(`Bearer ${bound.secrets["key"]}`);
      expect(stderr).not.toContain(run.token);
    },
    60_000,
  );

  it("reaches plain http hosts, as every other client of the run", async () => {
    const plain = createServer((_request, response) => response.end("plain")).listen(0, "127.0.0.1");
    await once(plain, "listening");
    rig.settings.resolve = [...rig.settings.resolve, `plain.test:80=127.0.0.1:${(plain.address() as AddressInfo).port}`];
    const { stdout, stderr } = await runProgram("java", [program, "connection", "http://plain.test/"], {
      ...environment(),
      OPENAI_API_KEY: "none",
    });
    expect(stdout, stderr).toBe("200 plain");
    plain.close();
  });

  it("is refused with the token of a run that has ended", async () => {
    const before = upstream.requests.length;
    const { stdout, stderr } = await java("connection", environment("x".repeat(43)));
    expect(stdout).toBe("");
    expect(stderr).toContain("407");
    expect(upstream.requests.length).toBe(before);
  });
});

it("believes no other program, even with the token in its environment", async () => {
  const script = `import socket
s = socket.create_connection(("127.0.0.1", ${rig.proxy.port}))
s.sendall(b"CONNECT api.acme.test:443 HTTP/1.1\\r\\nHost: api.acme.test:443\\r\\n\\r\\n")
print(s.recv(64).decode().split("\\r\\n")[0])`;
  const { stdout } = await runProgram(PYTHON, ["-c", script], environment());
  expect(stdout.trim()).toBe("HTTP/1.1 407 Proxy Authentication Required");
});

it("knows nothing of a process without a run's token, nor of a connection there is not", async () => {
  const { head, socket } = await openConnect(rig, "api.acme.test:443", null);
  expect(head).toContain("407");
  socket.destroy();
  const mine = connect(rig.proxy.port, "127.0.0.1");
  await once(mine, "connect");
  expect(await tokens.find({ peerPort: mine.localPort ?? 0, ownPort: rig.proxy.port })).toBeNull();
  expect(await tokens.find({ peerPort: 1, ownPort: rig.proxy.port })).toBeNull();
  mine.destroy();
});
