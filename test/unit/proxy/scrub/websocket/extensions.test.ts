import { describe, expect, it } from "vitest";
import { agreedDeflate, offerReadable } from "../../../../../src/proxy/scrub/websocket/extensions.ts";

const NAME = "Sec-WebSocket-Extensions";
const offer = (value: string): string[] => ["Host", "a.test", NAME, value];

describe("WebSocket extensions of a connection that is searched", () => {
  it("are offered when they can be looked into, in the client's words and order", () => {
    const usual = offer("permessage-deflate; client_max_window_bits, permessage-deflate");
    expect(offerReadable(usual)).toEqual(usual);
    expect(offerReadable(offer("x-webkit-deflate-frame, Permessage-Deflate;server_no_context_takeover , bbf-usp"))).toEqual(
      offer("Permessage-Deflate;server_no_context_takeover"),
    );
    expect(offerReadable(offer("x-webkit-deflate-frame"))).toEqual(["Host", "a.test"]);
    expect(offerReadable(["Host", "a.test"])).toEqual(["Host", "a.test"]);
  });

  it.each([
    ["permessage-deflate", true],
    ["permessage-deflate; client_max_window_bits=15; server_max_window_bits=10", true],
    ["permessage-deflate; Server_No_Context_Takeover", false],
  ])("are agreed on as %s", (value, keepsContext) => {
    expect(agreedDeflate(["sec-websocket-extensions", value], offer("permessage-deflate"))).toEqual({ keepsContext });
  });

  it("are none where the upstream names none", () => {
    expect(agreedDeflate([], offer("permessage-deflate"))).toBeNull();
  });

  it.each([
    ["one that nobody offered", [NAME, "permessage-deflate"], ["Host", "a.test"]],
    ["another one", [NAME, "x-webkit-deflate-frame"], offer("permessage-deflate")],
    ["two", [NAME, "permessage-deflate, permessage-deflate"], offer("permessage-deflate")],
    ["two in two fields", [NAME, "permessage-deflate", NAME, "x"], offer("permessage-deflate")],
  ])("break the connection as %s", (_what, answer, offered) => {
    expect(() => agreedDeflate(answer, offered)).toThrow("nobody offered");
  });
});
