// A port on loopback that leads through the proxy to one host, for clients that know no proxies (h2load, nghttp): each connection to it
// becomes one CONNECT of the run. In: rig, run, host. Out: the port.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { openConnect, proxyAuthorization, type Rig, type RigRun } from "./proxy-rig.ts";

export interface TunnelPort {
  readonly port: number;
  close(): void;
}

export async function openTunnelPort(rig: Rig, run: RigRun, host: string): Promise<TunnelPort> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    open.add(client);
    client.on("error", () => undefined).on("close", () => open.delete(client));
    void openConnect(rig, `${host}:443`, proxyAuthorization(run)).then(({ socket }) => {
      socket.setNoDelay(true).on("error", () => client.destroy());
      client.on("error", () => socket.destroy());
      client.pipe(socket).pipe(client);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
