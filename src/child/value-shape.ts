// What a variable of certs/trust will hold, in a form for people: `http://RUN:TOKEN@127.0.0.1:PORT`, `<file: your roots and keyward's CA>`.
// In: a template. Out: the same with every placeholder described. It knows no run, so it can hold no value of one.
import { fillTemplate } from "./trust.ts";

const SHAPES: Readonly<Record<string, string>> = {
  proxy: "http://RUN:TOKEN@127.0.0.1:PORT",
  proxy_port: "PORT",
  no_proxy: "localhost,127.0.0.1,::1,<yours>",
  java_no_proxy: "localhost|127.*|[::1]|<yours>",
  tls_ports: "<ports besides 443>",
  preload: "<file: the preload>",
  ca: "<file: keyward's CA, after yours>",
  bundle: "<file: your roots or the system's, and keyward's CA>",
  trust_store: "<file: the same as a Java trust store>",
  inherited: "<yours>",
};

export function describeShape(template: string): string {
  return fillTemplate(template, (name) => {
    const [kind = "", id] = name.split(":");
    return id === undefined ? (SHAPES[kind] ?? name) : `<${kind}: ${id}>`;
  }).trim();
}
