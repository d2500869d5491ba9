import { describe, expect, it } from "vitest";
import { isLoopbackAddress, refuseAddress } from "../../../../src/proxy/upstream/address-filter.ts";

describe("refuseAddress", () => {
  it.each(["1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.255.255", "2606:4700::1111", "2a00:1450::1"])(
    "lets %s through",
    (address) => expect(refuseAddress(address, [])).toBeNull(),
  );

  it.each([
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["0.0.0.0", "unspecified"],
    ["10.0.0.1", "private"],
    ["172.16.0.1", "private"],
    ["172.31.255.255", "private"],
    ["192.168.1.1", "private"],
    ["100.64.0.1", "carrier-grade NAT"],
    ["169.254.169.254", "link-local"],
    ["224.0.0.1", "multicast"],
    ["255.255.255.255", "reserved"],
    ["::", "unspecified"],
    ["::1", "loopback"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:7f00:1", "loopback"],
    ["::ffff:a9fe:a9fe", "link-local"],
    ["::7f00:1", "reserved"],
    ["64:ff9b::7f00:1", "NAT64"],
    ["64:ff9b:1::a9fe:a9fe", "NAT64"],
    ["::ffff:0:7f00:1", "reserved"],
    ["::ffff:0:0:0", "reserved"],
    ["2001:0:7f00:1::", "reserved"],
    ["fe80::5efe:7f00:1", "link-local"],
    ["2002:7f00:1::", "6to4"],
    ["fd00:ec2::254", "private"],
    ["fe80::1", "link-local"],
    ["fe80::1%eth0", "link-local"],
    ["ff02::1", "multicast"],
  ])("refuses %s as %s", (address, kind) => expect(refuseAddress(address, [])).toBe(kind));

  it("lets through exactly what is allowed", () => {
    expect(refuseAddress("10.1.2.3", ["10.1.0.0/16"])).toBeNull();
    expect(refuseAddress("10.2.0.1", ["10.1.0.0/16"])).toBe("private");
    expect(refuseAddress("127.0.0.1", ["127.0.0.1"])).toBeNull();
    expect(refuseAddress("127.0.0.2", ["127.0.0.1"])).toBe("loopback");
    expect(refuseAddress("::ffff:10.1.2.3", ["10.1.0.0/16"])).toBeNull();
    expect(refuseAddress("::1", ["::1/128"])).toBeNull();
  });

  it("refuses the machine's own addresses, whatever range they are of, unless they are allowed", () => {
    const own = ["8.8.4.4", "2606:4700::1"];
    expect(refuseAddress("8.8.4.4", [], own)).toBe("local");
    expect(refuseAddress("::ffff:8.8.4.4", [], own)).toBe("local");
    expect(refuseAddress("2606:4700:0:0::1", [], own)).toBe("local");
    expect(refuseAddress("8.8.4.4", ["8.8.4.0/24"], own)).toBeNull();
    expect(refuseAddress("8.8.8.8", [], own)).toBeNull();
  });

  it("knows loopback by all its names", () => {
    for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::"])
      expect(isLoopbackAddress(address)).toBe(true);
    expect(isLoopbackAddress("128.0.0.1")).toBe(false);
  });
});
