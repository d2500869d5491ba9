// Used by compare.mjs, not run by itself: one certificate authority for the upstream and the peers, and a leaf for the measured hosts, both
// with P-256 keys, the cheapest that every peer takes. Needs the openssl command.
// In: a directory, host names. Out: the texts and the files they are in.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export function makeCertificates(directory, hosts) {
  const file = (name) => join(directory, name);
  // The address is for peers that can be turned to the upstream by address only.
  const names = [...hosts.map((host) => `DNS:${host}`), "IP:127.0.0.1"];
  const extensions = `subjectAltName=${names.join(",")}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n`;
  writeFileSync(file("leaf.ext"), extensions);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const constraints = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"];
  const name = "/CN=keyward bench authority";
  openssl(["req", "-x509", ...newKey, "-keyout", file("ca.key"), "-out", file("ca.pem"), "-days", "2", "-subj", name, ...constraints]);
  openssl(["req", ...newKey, "-keyout", file("leaf.key"), "-out", file("leaf.csr"), "-subj", `/CN=${hosts[0]}`]);
  const signer = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial", "-extfile", file("leaf.ext")];
  openssl(["x509", "-req", "-in", file("leaf.csr"), "-out", file("leaf.pem"), "-days", "2", ...signer]);
  return {
    authorityFile: file("ca.pem"),
    authorityKeyFile: file("ca.key"),
    leafFile: file("leaf.pem"),
    leafKeyFile: file("leaf.key"),
    authorityPem: readFileSync(file("ca.pem"), "utf8"),
    leafPem: readFileSync(file("leaf.pem"), "utf8"),
    leafKeyPem: readFileSync(file("leaf.key"), "utf8"),
  };
}

function openssl(args) {
  const ran = spawnSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] });
  if (ran.error !== undefined) throw new Error("the openssl command is needed to make certificates; install openssl and try again");
  if (ran.status !== 0) throw new Error(`openssl ${args[0]} ended with ${ran.status}: ${ran.stderr.trim().split("\n").at(-1)}`);
}
