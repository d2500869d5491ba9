import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ProxyHost } from "../../../../src/daemon/proxy/proxy-host.ts";
import type { ProxyPorts } from "../../../../src/proxy/ports.ts";

const hosts: ProxyHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

function makeHost(): ProxyHost {
  const host = new ProxyHost({ clock: { nowMs: () => 0 }, log: () => {} } as unknown as ProxyPorts);
  hosts.push(host);
  return host;
}

describe("the proxy's listener", () => {
  it("starts with the first need and once, however many need it", async () => {
    const host = makeHost();
    expect(host.port).toBeNull();
    const ports = await Promise.all([host.listen(0), host.listen(0), host.listen(0)]);
    expect(new Set(ports).size).toBe(1);
    expect(host.port).toBe(ports[0]);
    expect(await host.listen(ports[0])).toBe(ports[0]);
  });

  it("is not moved to another port, and says when a port is taken", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await once(blocker, "listening");
    const taken = (blocker.address() as AddressInfo).port;
    const host = makeHost();
    await expect(host.listen(taken)).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: expect.stringContaining(String(taken)) as string,
    });
    expect(host.port).toBeNull();
    const port = await host.listen(0);
    await expect(host.listen(taken)).rejects.toMatchObject({ code: "PORT_TAKEN" });
    expect(host.port).toBe(port);
    blocker.close();
  });
});
