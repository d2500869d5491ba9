// `keychain:service/account`: a password item of the operating system's keychain. The one backend that keyward can also write.
import { systemCode } from "../core/errors.ts";
import { type Backend, type BackendTools, invalid, type KeychainItems, unavailable, unreachable } from "./backend.ts";
import { toValue } from "./value-text.ts";

export const keychain: Backend = {
  source: "os-keychain",
  example: "keychain:openai/team",
  check: (rest) => {
    const { service, account } = parse(rest);
    const fits = /^\P{Cc}{1,512}$/u.test(rest) && service !== "" && account !== "";
    if (!fits) throw invalid(keychain, "behind 'keychain:' stands SERVICE/ACCOUNT");
    // Where the keys of profiles are: neither to be sent anywhere nor to be written over.
    if (service === "keyward") throw invalid(keychain, "the keychain items of keyward itself are no secrets of the vault");
  },
  variables: () => [],
  read: async (rest, tools) => {
    const { account } = parse(rest);
    const value = await asked(() => itemsOf(rest, tools).read(account));
    if (value === null) throw unavailable("the keychain has no such item");
    return toValue(Buffer.from(value), "the keychain");
  },
  write: async (rest, value, tools) => {
    const { account } = parse(rest);
    await asked(() => itemsOf(rest, tools).write(account, value.reveal()));
  },
};

function parse(rest: string): { readonly service: string; readonly account: string } {
  const at = rest.indexOf("/");
  return at < 0 ? { service: "", account: "" } : { service: rest.slice(0, at), account: rest.slice(at + 1) };
}

function itemsOf(rest: string, tools: BackendTools): KeychainItems {
  const items = tools.keychain(parse(rest).service);
  if (items === null) throw unreachable("the keychain is switched off (KEYWARD_KEYCHAIN=off)");
  return items;
}

/** The custody's own words are about the keys of profiles. */
async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (systemCode(error) !== "CUSTODY_FAILED") throw error;
    throw unreachable("the keychain did not answer or refused", "unlock it and try again");
  }
}
