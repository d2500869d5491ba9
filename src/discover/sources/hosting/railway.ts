// Railway's login; the server notices a refresh token used twice. Older logins are a plain token.
import type { Source } from "../../source.ts";

const env = ["RAILWAY_API_TOKEN"];

export const railway: Source = {
  id: "railway",
  tool: "Railway CLI",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.railway/config.json" }],
  entries: [
    {
      at: "/user/accessToken",
      provider: "railway",
      kind: "oauth",
      env,
      expires: { at: "/user/tokenExpiresAt", unit: "s" },
      refresh: "/user/refreshToken",
    },
    { at: "/user/token", provider: "railway", kind: "api_key", env },
  ],
};
