import * as tls from "node:tls";
import { expect, it } from "vitest";
import { alpnOf } from "../../../../src/proxy/upstream/alpn.ts";

/** What node:tls does with the option; not in its documentation. */
const convert = (tls as unknown as { convertALPNProtocols(from: unknown, to: { ALPNProtocols?: Buffer }): void }).convertALPNProtocols;

function converted(protocols: unknown): Buffer {
  const to: { ALPNProtocols?: Buffer } = {};
  convert(protocols, to);
  return to.ALPNProtocols as Buffer;
}

it("names of protocols become what node makes of a list of them, and a socket keeps nothing beside", () => {
  const names = ["h2", "http/1.1", "http/1.0"];
  const kept = converted(alpnOf(names));
  expect(kept.equals(converted(names))).toBe(true);
  expect(kept.buffer.byteLength).toBe(kept.length);
});
