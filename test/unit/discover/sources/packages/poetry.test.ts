import { describe, expect, it } from "vitest";
import { poetry } from "../../../../../src/discover/sources/packages/poetry.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Poetry", () => {
  it("give their credentials", () => {
    expect(findIn(poetry)).toEqual([
      "pypi? api_key key|POETRY_PYPI_TOKEN_PYPI=$1 ~/.config/pypoetry/auth.toml#/pypi-token/pypi",
      "acme? basic key=$2 account:me ~/.config/pypoetry/auth.toml#/http-basic/acme/password",
    ]);
  });
});
