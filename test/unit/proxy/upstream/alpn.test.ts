import * as tls from "node:tls";
import { expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { alpnOf, refusesHttp1 } from "../../../../src/proxy/upstream/alpn.ts";

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

it("an upstream without HTTP/1.1 is told by its alert, and by nothing else", () => {
  const failed = (code: string) => new KeywardError("UPSTREAM_TLS", "failed", { cause: Object.assign(new Error(code), { code }) });
  expect(refusesHttp1(failed("ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL"))).toBe(true);
  expect(refusesHttp1(failed("ERR_SSL_TLSV1_ALERT_UNKNOWN_CA"))).toBe(false);
  expect(refusesHttp1(new KeywardError("UPSTREAM_TIMEOUT", "late"))).toBe(false);
  expect(refusesHttp1(new Error("broken"))).toBe(false);
});
