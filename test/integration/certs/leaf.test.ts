// What validators nobody here wrote say of the CA and its leaves: OpenSSL in strict mode, curl, Python, Go, Node, GnuTLS, Java.
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { once } from "node:events";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect, createSecureContext, TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAuthority } from "../../../src/certs/authority.ts";
import { mintLeaf } from "../../../src/certs/leaf.ts";
import { LeafCache } from "../../../src/certs/leaf-cache.ts";
import { systemClock } from "../../../src/core/clock.ts";
import { describeWithClients, PYTHON } from "../../support/clients.ts";
import { runProgram } from "../../support/child/run-program.ts";

const HOST = "api.openai.com";
const directory = mkdtempSync(join(tmpdir(), "keyward-leaf-"));
const authority = createAuthority(Date.now());
const leaf = mintLeaf(authority, HOST, Date.now());
const put = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};
const caFile = put("ca.pem", authority.certificatePem);
const leafFile = put("leaf.pem", leaf.certificatePem);
const addressFile = put("address.pem", mintLeaf(authority, "192.0.2.7", Date.now()).certificatePem);
const strangerFile = put("stranger.pem", createAuthority(Date.now()).certificatePem);

let server: Server;
let port: number;

beforeAll(async () => {
  const leaves = new LeafCache(authority, systemClock);
  server = createServer({ SNICallback: (name, done) => done(null, leaves.secureContextFor(name)) }, (_request, response) =>
    response.end("PONG"),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());

describeWithClients(["openssl"], "OpenSSL", () => {
  const verify = (...args: string[]): string => {
    const { stdout, stderr } = spawnSync("openssl", ["verify", "-x509_strict", "-purpose", "sslserver", ...args], { encoding: "utf8" });
    return `${stdout}${stderr}`;
  };

  it("accepts authority and leaf in strict mode, for the leaf's own host or address", () => {
    expect(verify("-CAfile", caFile, "-verify_hostname", HOST, leafFile)).toBe(`${leafFile}: OK\n`);
    expect(verify("-CAfile", caFile, "-verify_ip", "192.0.2.7", addressFile)).toBe(`${addressFile}: OK\n`);
    expect(spawnSync("openssl", ["verify", "-x509_strict", "-CAfile", caFile, caFile], { encoding: "utf8" }).stdout).toBe(
      `${caFile}: OK\n`,
    );
  });

  it("refuses the leaf for another host, under another authority and as an issuer", () => {
    expect(verify("-CAfile", caFile, "-verify_hostname", "evil.test", leafFile)).toContain("hostname mismatch");
    expect(verify("-CAfile", strangerFile, leafFile)).toContain("unable to get local issuer certificate");
    expect(verify("-CAfile", leafFile, "-partial_chain", addressFile)).not.toContain("OK");
  });
});

function dial(options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ host: "127.0.0.1", port, servername: HOST, ca: authority.certificatePem, ...options });
  return new Promise((resolve, reject) => socket.once("secureConnect", () => resolve(socket)).once("error", reject));
}

describe("Node", () => {
  it("accepts the leaf for its host and refuses it without the authority", async () => {
    const socket = await dial({});
    expect(socket.authorized).toBe(true);
    socket.destroy();
    await expect(dial({ ca: createAuthority(Date.now()).certificatePem })).rejects.toMatchObject({
      code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    });
  });

  it("is not served below TLS 1.2", async () => {
    const secureContext = createSecureContext({
      ca: authority.certificatePem,
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    await expect(dial({ secureContext })).rejects.toThrow();
  });

  it("agrees on the suite with the cheapest handshake, whatever the client would rather have", async () => {
    const context = new LeafCache(authority, systemClock).secureContextFor(HOST);
    const listener = createTcpServer((socket) => new TLSSocket(socket, { isServer: true, secureContext: context }).on("error", () => {}));
    await once(listener.listen(0, "127.0.0.1"), "listening");
    const options = { host: "127.0.0.1", port: (listener.address() as AddressInfo).port, servername: HOST, ca: authority.certificatePem };
    const chosen: unknown[] = [];
    for (const wish of [{}, { ciphers: "TLS_CHACHA20_POLY1305_SHA256" }, { maxVersion: "TLSv1.2" } as const]) {
      const socket = connect({ ...options, ...wish });
      await once(socket, "secureConnect");
      chosen.push(socket.getCipher().name);
      socket.destroy();
    }
    listener.close();
    expect(chosen).toEqual(["TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"]);
  });

  it("resumes a session with the next connection to the host", async () => {
    const first = await dial({});
    first.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const [session] = (await once(first, "session")) as [Buffer];
    first.destroy();
    const second = await dial({ session });
    expect(second.isSessionReused()).toBe(true);
    second.destroy();
  });
});

describeWithClients(["curl"], "curl", () => {
  it("accepts the leaf", async () => {
    const args = ["-sS", "--cacert", caFile, "--resolve", `${HOST}:${port}:127.0.0.1`, `https://${HOST}:${port}/`];
    expect(await runProgram("curl", args, {})).toEqual({ status: 0, stdout: "PONG", stderr: "" });
  });
});

describeWithClients(["python3"], "Python", () => {
  it("accepts the leaf, also with the strict flag that later versions switch on", async () => {
    const script = `import socket, ssl\nc = ssl.create_default_context(cafile=${JSON.stringify(caFile)})\nc.verify_flags |= ssl.VERIFY_X509_STRICT
s = c.wrap_socket(socket.create_connection(("127.0.0.1", ${port})), server_hostname="${HOST}")\nprint(s.version(), s.getpeercert()["subjectAltName"])`;
    const { stdout, stderr } = await runProgram(PYTHON, ["-c", script], {});
    expect([stdout, stderr]).toEqual([`TLSv1.3 (('DNS', '${HOST}'),)\n`, ""]);
  });
});

const GO_PROGRAM = `package main

import ("crypto/x509"; "encoding/pem"; "fmt"; "os")

func load(path string) *x509.Certificate {
	text, _ := os.ReadFile(path)
	block, _ := pem.Decode(text)
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil { panic(err) }
	return certificate
}

func main() {
	roots := x509.NewCertPool()
	roots.AddCert(load(os.Args[1]))
	for _, name := range os.Args[3:] {
		_, err := load(os.Args[2]).Verify(x509.VerifyOptions{Roots: roots, DNSName: name})
		fmt.Println(name, err == nil)
	}
}
`;

describeWithClients(["go"], "Go", () => {
  it("accepts the leaf for its host alone", async () => {
    const source = put("main.go", GO_PROGRAM);
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: directory,
      GOCACHE: join(tmpdir(), "keyward-go-cache"),
      GO111MODULE: "off",
      CGO_ENABLED: "0",
    };
    const { stdout, stderr } = await runProgram("go", ["run", source, caFile, leafFile, HOST, "evil.test"], env);
    expect([stdout, stderr]).toEqual([`${HOST} true\nevil.test false\n`, ""]);
  });
});

const JAVA_PROGRAM = `import java.io.*; import java.net.*; import java.security.*; import java.security.cert.*; import javax.net.ssl.*;
public class Check { public static void main(String[] a) throws Exception {
  KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType()); store.load(null);
  store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(new FileInputStream(a[0])));
  TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX"); trust.init(store);
  SSLContext context = SSLContext.getInstance("TLS"); context.init(null, trust.getTrustManagers(), null);
  Socket plain = new Socket("127.0.0.1", Integer.parseInt(a[1]));
  SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, a[2], 443, true);
  SSLParameters p = socket.getSSLParameters(); p.setEndpointIdentificationAlgorithm("HTTPS"); socket.setSSLParameters(p);
  socket.startHandshake(); System.out.println(socket.getSession().getProtocol()); } }`;

describe("others, where they are installed", () => {
  const has = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

  it.skipIf(!has("certtool", "--version"))("GnuTLS accepts the leaf", async () => {
    const { stdout } = await runProgram(
      "certtool",
      ["--verify", "--load-ca-certificate", caFile, "--verify-hostname", HOST, "--infile", leafFile],
      {
        PATH: process.env["PATH"] ?? "",
      },
    );
    expect(stdout).toContain("Chain verification output: Verified");
  });

  it.skipIf(!has("javac", "-version"))(
    "Java accepts the leaf",
    async () => {
      const { stdout, stderr } = await runProgram("java", [put("Check.java", JAVA_PROGRAM), caFile, String(port), HOST], {
        PATH: process.env["PATH"] ?? "",
      });
      expect([stdout, stderr]).toEqual(["TLSv1.3\n", ""]);
    },
    60_000,
  );
});
