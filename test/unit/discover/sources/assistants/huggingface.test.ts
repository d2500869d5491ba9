import { describe, expect, it } from "vitest";
import { huggingface } from "../../../../../src/discover/sources/assistants/huggingface.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Hugging Face CLI", () => {
  it("give their credentials", () => {
    expect(findIn(huggingface)).toEqual([
      "huggingface api_key key|HF_TOKEN|HUGGING_FACE_HUB_TOKEN=$1 ~/.cache/huggingface/token#",
      "huggingface api_key key|HF_TOKEN|HUGGING_FACE_HUB_TOKEN=$2 account:team ~/.cache/huggingface/stored_tokens#/team/hf_token",
    ]);
  });
});
