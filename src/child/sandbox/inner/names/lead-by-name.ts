// A connection to an address that stands for a name goes to the proxy as a CONNECT to that name: what ignores proxy variables works, too.
// In: ports of the sandbox's loopback, the run's socket. Out: listening servers. The proxy judges these as it judges every CONNECT.
// It knows no token: whoever reaches the run's socket is that run. Anything but a 200 ends the connection.
import { createServer, type Server, type Socket } from "node:net";
import { openWay } from "../forward-port.ts";
import type { NameAddresses } from "./name-addresses.ts";

export const LED_PORTS = [80, 443] as const;

/** What is read of the proxy's answer; a refusal may be longer and is of no use to a client that asked for none. */
const MAX_HEAD_BYTES = 16 * 1024;
const END_OF_HEAD = "\r\n\r\n";

/** Rejects when the port cannot be had. */
export function leadByName(port: number, socketPath: string, addresses: NameAddresses): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (client) => {
    const name = addresses.nameOf(client.localAddress ?? "");
    if (name === null) return void client.destroy();
    lead(client, `${name}:${client.localPort ?? port}`, socketPath);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "0.0.0.0", port }, () => resolve(server));
  });
}

function lead(client: Socket, authority: string, socketPath: string): void {
  const way = openWay(client, socketPath);
  way.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  let head = Buffer.alloc(0);
  const collect = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(END_OF_HEAD);
    if (end < 0 ? head.length > MAX_HEAD_BYTES : !head.toString("latin1", 0, end).startsWith("HTTP/1.1 200 ")) return void way.destroy();
    if (end < 0) return;
    way.off("data", collect).off("end", refuse);
    const rest = head.subarray(end + END_OF_HEAD.length);
    if (rest.length > 0) client.write(rest);
    client.pipe(way);
    way.pipe(client);
  };
  const refuse = (): void => void way.destroy();
  way.on("data", collect).on("end", refuse);
}
