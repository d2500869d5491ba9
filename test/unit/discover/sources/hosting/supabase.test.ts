import { describe, expect, it } from "vitest";
import { supabase } from "../../../../../src/discover/sources/hosting/supabase.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Supabase CLI", () => {
  it("give their credentials", () => {
    expect(findIn(supabase)).toEqual(["supabase api_key key|SUPABASE_ACCESS_TOKEN=$1 ~/.supabase/access-token#"]);
  });
});
