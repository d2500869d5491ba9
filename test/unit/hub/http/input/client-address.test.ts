import { expect, it } from "vitest";
import { addressGroup, createAddressOf } from "../../../../../src/hub/http/input/client-address.ts";

it.each([
  // Nobody was named: a header is what anybody wrote.
  [[], "203.0.113.9", "10.0.0.1", "203.0.113.9"],
  [["10.0.0.7"], "10.0.0.7", "198.51.100.4", "198.51.100.4"],
  [["10.0.0.7"], "::ffff:10.0.0.7", "198.51.100.4", "198.51.100.4"],
  // The client put two addresses before what the proxy appended.
  [["10.0.0.0/8"], "10.1.2.3", "1.1.1.1, 127.0.0.1, 198.51.100.4", "198.51.100.4"],
  [["10.0.0.0/8"], "10.1.2.3", "1.1.1.1, 198.51.100.4, 10.9.9.9", "198.51.100.4"],
  [["10.0.0.0/8"], "203.0.113.9", "198.51.100.4", "203.0.113.9"],
  [["fd00::/8"], "fd00::1", "2001:db8::7", "2001:db8::7"],
  [["10.0.0.7"], "10.0.0.7", "198.51.100.4:50123", "198.51.100.4"],
  [["10.0.0.7"], "10.0.0.7", "[2001:db8::7]:443", "2001:db8::7"],
  [["10.0.0.7"], "10.0.0.7", "<script>", "10.0.0.7"],
  [["10.0.0.7"], "10.0.0.7", "198.51.100.4, unknown", "10.0.0.7"],
  [["10.0.0.7"], "10.0.0.7", undefined, "10.0.0.7"],
  [["10.0.0.7"], undefined, "198.51.100.4", "unknown"],
])("with the proxies %j, from %s with %s, it is %s", (proxies, socketAddress, forwardedFor, address) => {
  expect(createAddressOf(proxies)(socketAddress, forwardedFor)).toBe(address);
});

it.each(["proxy.internal", "10.0.0.0/33", "10.0.0.0/", "::/129", "", "10.0.0.0/8/8"])("refuses %j as a proxy", (proxy) => {
  expect(() => createAddressOf([proxy])).toThrow(expect.objectContaining({ code: "HUB_UNUSABLE" }));
});

it.each([
  ["203.0.113.9", "203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::1", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["unknown", "unknown"],
])("counts %s as %s", (address, group) => {
  expect(addressGroup(address)).toBe(group);
});
