import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, it } from "vitest";
import { serveNames } from "../../../../../../src/child/sandbox/inner/names/serve-names.ts";

it("leaves names alone where a port may not be had: no address is told that leads nowhere", async () => {
  const taken = createServer().listen(0, "0.0.0.0");
  const probe = createSocket("udp4").bind(0, "127.0.0.1");
  await Promise.all([once(taken, "listening"), once(probe, "listening")]);
  const questions = probe.address().port;
  probe.close();
  await serveNames("/nowhere", { questions, led: [(taken.address() as AddressInfo).port] });
  const again = createSocket("udp4").bind(questions, "127.0.0.1");
  await once(again, "listening");
  expect(again.address().port).toBe(questions);
  again.close();
  taken.close();
});
