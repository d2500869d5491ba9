// Names inside a sandbox: lookups are answered, and connections to the answers lead to the proxy by name.
// In: the run's socket. Out: nothing; where low ports may not be had, both are left out, and a lookup fails at once as nobody listens.
import { answerQuestions } from "./answer-questions.ts";
import { LED_PORTS, leadByName } from "./lead-by-name.ts";
import { NameAddresses } from "./name-addresses.ts";

export interface NamePorts {
  readonly questions: number;
  readonly led: readonly number[];
}

const PORTS: NamePorts = { questions: 53, led: LED_PORTS };

export async function serveNames(socketPath: string, ports = PORTS): Promise<void> {
  const addresses = new NameAddresses();
  try {
    // An address is told only when connections to it lead somewhere.
    for (const port of ports.led) await leadByName(port, socketPath, addresses);
    await answerQuestions(ports.questions, addresses);
  } catch {
    // The network of this sandbox could not be prepared (launch/low-ports.ts): programs that use the proxy need none of it.
  }
}
