// A keychain in memory, and a stand-in for the keyring library that keychain.ts loads into its child process.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Keychain } from "../../../../src/store/custody/keychain.ts";
import { tempDirectory } from "../temp-profile.ts";

export function fakeKeychain(answers = true): Keychain & { readonly items: Map<string, string> } {
  const items = new Map<string, string>();
  return {
    items,
    answers: () => Promise.resolve(answers),
    read: (account) => Promise.resolve(items.get(account) ?? null),
    write: (account, value) => Promise.resolve(void items.set(account, value)),
    remove: (account) => Promise.resolve(void items.delete(account)),
  };
}

/** Path of a CommonJS module with the `Entry` class of the library; items are files in a directory of the test. */
export function fakeKeyring(behaviour: "works" | "throws" | "hangs" | "forgets"): string {
  const directory = tempDirectory();
  const path = join(directory, "keyring.cjs");
  const body = {
    works: "",
    throws: "throw new Error('no service, asked with ' + JSON.stringify([...arguments]));",
    hangs: "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
    forgets: "this.forgets = true;",
  }[behaviour];
  writeFileSync(
    path,
    `const fs = require("node:fs"), path = require("node:path");
     exports.Entry = class {
       constructor(service, account, options) {
         if (options?.linux?.store !== "secret-service") throw new Error("would fall back silently");
         this.file = path.join(${JSON.stringify(directory)}, encodeURIComponent(service + "/" + account));
         ${body}
       }
       setPassword(value) { if (!this.forgets) fs.writeFileSync(this.file, value); }
       getPassword() { return fs.existsSync(this.file) ? fs.readFileSync(this.file, "utf8") : null; }
       deletePassword() { fs.rmSync(this.file, { force: true }); return true; }
     };`,
  );
  return path;
}
