// Step 7, freshen: the credential in hand, valid for at least a minute, taken from the store for this one request.
// In: a Picked request with a choice. Out: the same with the credential. Nothing is cached here.
import { type Choice, type Freshened, type Picked, toFreshened } from "../../core/exchange.ts";
import type { Place } from "../../providers/schema.ts";
import type { ProxyPorts } from "../ports.ts";

/** @throws LOGIN_REQUIRED, LOGIN_EXPIRED, STORE_* from the port */
export async function freshen(
  picked: Picked<Place>,
  choice: Choice<Place>,
  ports: Pick<ProxyPorts, "credential">,
): Promise<Freshened<Place>> {
  return toFreshened(picked, choice, await ports.credential(choice.connection));
}
