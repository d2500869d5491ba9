// The flow `device`: a code that is typed on any device (RFC 8628).
// In: a login. Out: the code to show, and the work that polls and stores.
import { startDevice } from "../../../oauth/device-flow.ts";
import type { GrantWork } from "../../logins/grant-login.ts";
import type { DaemonParts } from "../../parts.ts";
import { chooseClient } from "../choose-client.ts";
import { keepTokens } from "../keep-tokens.ts";
import { pause } from "../pause.ts";
import type { BegunFlow, FlowLogin } from "./flow.ts";

export async function onDevice(login: FlowLogin, parts: DaemonParts): Promise<BegunFlow> {
  const client = await chooseClient({ ...login, redirectUri: null }, parts);
  const { endpoints, scopes, section, context } = login;
  let wait: (ms: number) => Promise<void> = () => Promise.resolve();
  const ports = { send: parts.sendOAuth, clock: parts.clock, wait: (ms: number) => wait(ms) };
  const device = await startDevice({ endpoints, client, scopes, scopeSeparator: section.scopeSeparator, context }, ports);
  const { userCode, verificationUrl, completeUrl } = device;
  const work: GrantWork = async (signal) => {
    wait = (ms) => pause(ms, signal);
    return keepTokens({ ...login, client, signal }, await device.poll(), parts);
  };
  return { todo: { url: null, device: { userCode, verificationUrl, completeUrl } }, work };
}
