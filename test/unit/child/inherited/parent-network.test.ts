import { describe, expect, it } from "vitest";
import { describeProxy, readParentNetwork } from "../../../../src/child/inherited/parent-network.ts";

const CORP = "http://user:p%40ss@proxy.corp.test:3128/";

describe("the network of the user's environment", () => {
  it("is nothing when nothing is set", () => {
    expect(readParentNetwork({ HTTPS_PROXY: "", HTTP_PROXY: "http://only-for-http:1" })).toEqual({
      within: null,
      proxy: null,
      caFiles: [],
      notices: [],
    });
  });

  it("has the proxy that curl would take, with the exceptions of both spellings", () => {
    const { proxy } = readParentNetwork({
      ALL_PROXY: "http://last:1",
      HTTPS_PROXY: "http://second:1",
      https_proxy: CORP,
      NO_PROXY: "a.test, b.test",
      no_proxy: "b.test c.test",
    });
    expect(proxy).toEqual({ url: CORP, source: "https_proxy", noProxy: ["a.test", "b.test", "c.test"] });
    expect(readParentNetwork({ ALL_PROXY: "https://last:1/path?q#f" }).proxy).toMatchObject({
      url: "https://last:1/",
      source: "ALL_PROXY",
    });
    expect(readParentNetwork({ HTTPS_PROXY: "proxy.corp.test:3128" }).proxy?.url).toBe("http://proxy.corp.test:3128/");
  });

  it("goes after the setting", () => {
    expect(readParentNetwork({ HTTPS_PROXY: CORP }, "http://setting:1").proxy).toBeNull();
  });

  it.each([
    ["socks5://h:1080", "names a SOCKS proxy, which keyward cannot use (HTTPS_PROXY can name an http one)"],
    ["http://", "is not the address of a proxy"],
    ["http://a b:p@ss@/", "is not the address of a proxy"],
    ["ftp://h:1", "is not an http:// or https:// proxy"],
  ])("says that %s is no use, without repeating it", (value, why) => {
    const { proxy, notices } = readParentNetwork({ ALL_PROXY: value });
    expect(proxy).toBeNull();
    expect(notices).toEqual([`ALL_PROXY ${why}; keyward goes out directly for this run`]);
  });

  it("takes the directories of SSL_CERT_DIR as well, and no more than a message holds", () => {
    expect(readParentNetwork({ SSL_CERT_FILE: "/a.pem", SSL_CERT_DIR: "/certs:/more" }).caFiles).toEqual(["/a.pem", "/certs", "/more"]);
    const many = Array.from({ length: 40 }, (_, at) => `/d${at}`).join(":");
    expect(readParentNetwork({ SSL_CERT_DIR: many }).caFiles).toHaveLength(16);
  });

  it("takes the files of private roots, absolute and once", () => {
    const { caFiles } = readParentNetwork({
      SSL_CERT_FILE: "/etc/corp.pem",
      NODE_EXTRA_CA_CERTS: "/etc/corp.pem",
      AWS_CA_BUNDLE: "aws.pem",
    });
    expect(caFiles).toEqual(["/etc/corp.pem", `${process.cwd()}/aws.pem`]);
  });

  it.each(["HTTPS_PROXY", "http_proxy"])("inside a run (%s) is that run's, whatever else is set", (name) => {
    const inherited = { https_proxy: CORP, SSL_CERT_FILE: "/state/bundle.pem", [name]: "http://run_abc:tok@127.0.0.1:40000" };
    expect(readParentNetwork(inherited)).toEqual({ within: "run_abc", proxy: null, caFiles: [], notices: [] });
  });
});

it("a proxy is described without its credentials", () => expect(describeProxy(CORP)).toBe("http://proxy.corp.test:3128"));
