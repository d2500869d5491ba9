// The active token of Hugging Face, and those stored beside it by name.
import type { Source } from "../../source.ts";

const env = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"];

export const huggingface: Source = {
  id: "huggingface",
  tool: "Hugging Face CLI",
  priority: 50,
  format: "text",
  takes: "all",
  places: [
    { path: "$HF_TOKEN_PATH" },
    { path: "$HF_HOME/token" },
    { path: "$XDG_CACHE_HOME/huggingface/token" },
    { path: "~/.cache/huggingface/token" },
    { path: "~/.huggingface/token" },
    { path: "~/.cache/huggingface/stored_tokens", format: "ini" },
  ],
  entries: [
    { at: "", formats: ["text"], provider: "huggingface", kind: "api_key", env },
    {
      at: "/*/hf_token",
      formats: ["ini"],
      provider: "huggingface",
      kind: "api_key",
      env,
      account: ({ keys }) => keys[0] ?? null,
      expires: { at: "/*/expires_at", unit: "s" },
      refresh: "/*/refresh_token",
    },
  ],
};
