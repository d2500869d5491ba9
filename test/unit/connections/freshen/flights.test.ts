import { describe, expect, it } from "vitest";
import { Flights } from "../../../../src/connections/freshen/flights.ts";
import type { Credential } from "../../../../src/core/connection.ts";

const credential: Credential = { connectionId: "con_1", fields: {}, expiresAtMs: null };
const of = { profile: "default", isRefused: false };

describe("flights", () => {
  it("are there until they land, and one that crashes is gone as well", async () => {
    const flights = new Flights();
    const flight = flights.board("a", Promise.resolve(credential), of);
    const broken = flights.board("b", Promise.reject(new Error("no")), of);
    expect(flights.all()).toEqual([flight, broken]);
    expect(flights.get("a")).toBe(flight);
    expect(await flight.landed).toBe(credential);
    await expect(broken.landed).rejects.toThrow("no");
    expect(flights.all()).toEqual([]);
  });

  it("try the patience of all who wait once, from their beginning", async () => {
    const flights = new Flights();
    let land: (value: Credential) => void = () => undefined;
    const flight = flights.board("a", new Promise((resolve) => (land = resolve)), of);
    await flight.patience;
    expect(flights.get("a")).toBe(flight);
    land(credential);
    expect(await flight.landed).toBe(credential);
  });
});
