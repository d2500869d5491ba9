// Answers name lookups inside a sandbox: every name that could be one gets an address of the sandbox's own loopback, at once.
// In: datagrams on 127.0.0.1:53. Out: answers. No question leaves the sandbox: a lookup carries no data out, and needs nobody outside.
import { createSocket, type Socket } from "node:dgram";
import { type Answer, CODE, type Question, readQuestion, TYPE, writeAnswer } from "./dns-message.ts";
import { FULL, type NameAddresses } from "./name-addresses.ts";

const REVERSE = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/;
/** Of a header: less cannot be answered at all. */
const MIN_BYTES = 12;

/** Rejects when the port cannot be had. */
export function answerQuestions(port: number, addresses: NameAddresses): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.on("message", (message, from) => {
    const answer = answerTo(message, addresses);
    if (answer !== null) socket.send(answer, from.port, from.address, () => undefined);
  });
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ address: "127.0.0.1", port }, () => {
      socket.off("error", reject).on("error", () => undefined);
      resolve(socket);
    });
  });
}

export function answerTo(message: Buffer, addresses: NameAddresses): Buffer | null {
  // An answer must not be answered: two of these would talk for ever.
  if (message.length < MIN_BYTES || (message.readUInt16BE(2) & 0x80_00) !== 0) return null;
  const question = readQuestion(message);
  if (question === null) return writeAnswer(message, null, { code: CODE.FORMAT });
  return writeAnswer(message, question, judge(question, addresses));
}

function judge({ name, type }: Question, addresses: NameAddresses): Answer {
  if (type === TYPE.PTR) return reverse(name, addresses);
  const address = addresses.addressOf(name);
  if (address === null) return { code: CODE.NO_SUCH_NAME };
  if (address === FULL) return { code: CODE.FAILED };
  if (type === TYPE.A || type === TYPE.ANY) return { code: CODE.NONE, address };
  // The name is there and has none of these; of mail servers, texts and the like nothing is known here.
  const hasNone = type === TYPE.AAAA || type === TYPE.HTTPS || type === TYPE.SVCB;
  return { code: hasNone ? CODE.NONE : CODE.NOT_IMPLEMENTED };
}

function reverse(question: string, addresses: NameAddresses): Answer {
  const address = REVERSE.exec(question)?.slice(1).reverse().join(".");
  const name = address === undefined ? null : addresses.nameOf(address);
  return name === null ? { code: CODE.NO_SUCH_NAME } : { code: CODE.NONE, name };
}
