// The client's id and secret from the form in the browser, for the flows that need no more than them: what the form asks, and what
// a submission begins. In: a login whose client is not known yet. Out: the login of the form; of the code flow it leads on to the provider's page.
import { describeConnection } from "../../../core/connection.ts";
import type { Params } from "../../../control/protocol.ts";
import type { FormField, FormValues } from "../../../ui/login-form.ts";
import type { LoginRequest } from "../../logins/login.ts";
import { redirectAddress } from "../choose-client.ts";
import type { BegunFlow, FlowLogin } from "./flow.ts";

export interface ClientForm {
  readonly begin: (login: FlowLogin) => Promise<BegunFlow>;
  readonly uiPort: number;
  /** There is a connection of this name. */
  readonly replaces: boolean;
}

/** The other two need a code or a token beside it. */
export function asksClient(flow: Params<"login.authorize">["flow"]): boolean {
  return flow === "browser" || flow === "client_credentials";
}

export function askClient(login: FlowLogin, { begin, uiPort, replaces }: ClientForm): LoginRequest {
  const { provider, name, section, endpoints, context, params } = login;
  const addresses = [params.flow === "browser" ? endpoints.authorizationUrl : null, endpoints.tokenUrl];
  const store: LoginRequest["store"] = async (values) => {
    const { todo, work } = await begin({ ...login, params: { ...params, ...clientOf(values, params) } });
    // Without a page there is nobody to wait for: the answer is this form's.
    return todo.url === null ? work(new AbortController().signal) : { onwardUrl: todo.url, work };
  };
  return {
    form: {
      providerName: provider.name,
      connection: describeConnection({ provider: provider.id, name }),
      hosts: [...new Set(addresses.flatMap((address) => (address === null ? [] : [new URL(address).host])))],
      fields: fieldsFor(login),
      keysUrl: section.clientsUrl ?? null,
      replaces,
      asksClient: true,
    },
    timeoutMs: params.timeoutMs,
    uiPort,
    again: `${context.again} --form`,
    store,
  };
}

function clientOf(values: FormValues, { clientId }: FlowLogin["params"]): Pick<FlowLogin["params"], "clientId" | "clientSecret"> {
  return { clientId: clientId ?? (values["client_id"] ?? "").trim(), clientSecret: values["client_secret"] ?? "" };
}

function fieldsFor({ section, params }: FlowLogin): FormField[] {
  const how =
    params.flow === "browser"
      ? `${section.howToGetClientId} Its redirect address is ${redirectAddress(section)}`
      : section.howToGetClientId;
  const id = { name: "client_id", label: "Client ID", secret: false, optional: false, hint: how };
  // A client that comes back in the browser may be public; one that logs in as itself has nothing else to show.
  const isOptional = params.flow === "browser" && section.clientSecret !== "required";
  const secret = {
    name: "client_secret",
    label: "Client secret",
    secret: true,
    optional: isOptional,
    hint: params.clientId === null ? null : how,
  };
  return params.clientId === null ? [id, secret] : [secret];
}
