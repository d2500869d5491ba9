import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();

it("the CA is shown with its file, stays the same over a restart and is another one in another profile", async () => {
  const shown = await daemon.client.call("ca.show", { profile: null });
  const certificate = new X509Certificate(readFileSync(shown.path));
  expect(certificate.ca).toBe(true);
  expect(certificate.fingerprint256).toBe(shown.fingerprint);
  expect(readFileSync(shown.path, "utf8")).toBe(shown.pem);
  await daemon.crash();
  expect(await daemon.client.call("ca.show", { profile: null })).toEqual(shown);
  await daemon.client.call("profile.create", { profile: "work", custody: "file", passphrase: null });
  expect((await daemon.client.call("ca.show", { profile: "work" })).fingerprint).not.toBe(shown.fingerprint);
});
