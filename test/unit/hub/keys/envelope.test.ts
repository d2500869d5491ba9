import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { createTenantKey, openTenantKey, openVersion, rewrapTenantKey, sealVersion } from "../../../../src/hub/keys/envelope.ts";
import type { RootKey } from "../../../../src/hub/keys/root-key.ts";

const root = (id: string): RootKey => ({ id, bytes: randomBytes(32) });
const place = { tenantId: "ten_a", secretId: "sec_a", version: 1 };

it("opens a version through the tenant's key and the root key, and no other way", () => {
  const one = root("1");
  const tenantKey = openTenantKey(createTenantKey("ten_a", one), [one]);
  const sealed = sealVersion(tenantKey, Buffer.from("value"), place);
  expect(openVersion(tenantKey, sealed, place).toString()).toBe("value");
  const other = openTenantKey(createTenantKey("ten_b", one), [one]);
  expect(() => openVersion(other, sealed, place)).toThrow("do not open");
});

it.each([[{ tenantId: "ten_b" }], [{ secretId: "sec_b" }], [{ version: 2 }]])("does not open a row that was moved: %o", (moved) => {
  const one = root("1");
  const tenantKey = openTenantKey(createTenantKey("ten_a", one), [one]);
  const sealed = sealVersion(tenantKey, Buffer.from("value"), place);
  expect(() => openVersion(tenantKey, sealed, { ...place, ...moved })).toThrow("do not open");
});

it("does not open a tenant's key in the row of another tenant, or under a root key of the same name", () => {
  const one = root("1");
  const wrapped = createTenantKey("ten_a", one);
  expect(() => openTenantKey({ ...wrapped, tenantId: "ten_b" }, [one])).toThrow("do not open");
  expect(() => openTenantKey(wrapped, [root("1")])).toThrow("do not open");
  expect(() => openTenantKey(wrapped, [root("2")])).toThrow("root key 1 is not given");
});

it("wraps the same key anew under the first root key, once", () => {
  const [old, next] = [root("1"), root("2")];
  const wrapped = createTenantKey("ten_a", old);
  const again = rewrapTenantKey(wrapped, [next, old]);
  expect(again?.rootKeyId).toBe("2");
  expect(openTenantKey(again ?? wrapped, [next])).toEqual(openTenantKey(wrapped, [old]));
  expect(rewrapTenantKey(again ?? wrapped, [next, old])).toBeNull();
});
