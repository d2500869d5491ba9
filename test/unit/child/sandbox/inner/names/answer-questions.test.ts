import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, it } from "vitest";
import { answerQuestions, answerTo } from "../../../../../../src/child/sandbox/inner/names/answer-questions.ts";
import { TYPE } from "../../../../../../src/child/sandbox/inner/names/dns-message.ts";
import { NameAddresses } from "../../../../../../src/child/sandbox/inner/names/name-addresses.ts";
import { query } from "./query.ts";

const codeOf = (answer: Buffer | null): number => (answer?.readUInt16BE(2) ?? 0) & 0xf;
const countOf = (answer: Buffer | null): number => answer?.readUInt16BE(6) ?? -1;

it("answers over a socket", async () => {
  const socket = await answerQuestions(0, new NameAddresses());
  const client = createSocket("udp4");
  client.send(query("api.example.test", TYPE.A), socket.address().port, "127.0.0.1");
  const [answer] = (await once(client, "message")) as [Buffer];
  expect([...answer.subarray(-4)]).toEqual([127, 64, 0, 1]);
  client.close();
  socket.close();
});

it.each([
  ["an address", "a.test", TYPE.A, 0, 1],
  ["no IPv6 address", "a.test", TYPE.AAAA, 0, 0],
  ["no HTTPS record", "a.test", TYPE.HTTPS, 0, 0],
  ["not what is unknown here", "a.test", 16, 4, 0],
  ["no such name", "intranet", TYPE.A, 3, 0],
  ["no name of an address that stands for none", "9.9.64.127.in-addr.arpa", TYPE.PTR, 3, 0],
  ["no name of a real address", "8.8.8.8.in-addr.arpa", TYPE.PTR, 3, 0],
])("gives %s", (_what, name, type, code, count) => {
  const answer = answerTo(query(name, type), new NameAddresses());
  expect([codeOf(answer), countOf(answer)]).toEqual([code, count]);
});

it("gives the name of an address that stands for one", () => {
  const addresses = new NameAddresses();
  addresses.addressOf("a.test");
  const answer = answerTo(query("1.0.64.127.in-addr.arpa", TYPE.PTR), addresses);
  expect(answer?.subarray(-8).toString("latin1")).toBe("\x01a\x04test\0");
});

it("fails for a name that finds no address left", () => {
  expect(codeOf(answerTo(query("a.test", TYPE.A), new NameAddresses(0)))).toBe(2);
});

it("refuses what it cannot read, and says nothing to what is too short or an answer itself", () => {
  const broken = query("a.test", TYPE.A).subarray(0, 15);
  expect([codeOf(answerTo(broken, new NameAddresses())), countOf(answerTo(broken, new NameAddresses()))]).toEqual([1, 0]);
  expect(answerTo(Buffer.alloc(5), new NameAddresses())).toBeNull();
  const answer = query("a.test", TYPE.A);
  answer.writeUInt16BE(0x81_80, 2);
  expect(answerTo(answer, new NameAddresses())).toBeNull();
});
