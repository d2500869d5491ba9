// Which address of the sandbox's loopback stands for which name. In: names the program looks up. Out: an address each, and back.
// An address says nothing about the real one and is good for nothing outside: where a connection to it leads, the proxy decides.
import { canonicalHost } from "../../../../core/host.ts";

/** 127.64.0.1 to 127.64.255.254: loopback, and none that anything else uses. */
const PREFIX = "127.64.";
const MAX_NAMES = 65_534;
/** Single labels are names of the local network or of a search list: nobody can say what they are outside (RFC 6761 on localhost). */
const LOCALHOST = /^(?:.+\.)?localhost$/;

export const FULL: unique symbol = Symbol("no address is left");

export class NameAddresses {
  readonly #addresses = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #max: number;

  constructor(max = MAX_NAMES) {
    this.#max = max;
  }

  /** null: there is no such name. FULL: no address is left. */
  addressOf(name: string): string | typeof FULL | null {
    if (LOCALHOST.test(name)) return "127.0.0.1";
    const known = this.#addresses.get(name);
    if (known !== undefined) return known;
    if (!name.includes(".") || name.endsWith(".arpa") || canonicalHost(name) !== name || /^[\d.]+$/.test(name)) return null;
    if (this.#addresses.size >= this.#max) return FULL;
    const number = this.#addresses.size + 1;
    const address = `${PREFIX}${number >> 8}.${number & 0xff}`;
    this.#addresses.set(name, address);
    this.#names.set(address, name);
    return address;
  }

  nameOf(address: string): string | null {
    return this.#names.get(address) ?? null;
  }
}
