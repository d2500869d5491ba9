import { describe, expect, it } from "vitest";
import { kubeconfig } from "../../../../../src/discover/sources/infra/kubeconfig.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of kubectl", () => {
  it("give their credentials", () => {
    expect(findIn(kubeconfig)).toEqual([
      "kubernetes? api_key key=$2 account:bot ~/.kube/config#/users/1/user/token",
      "kubernetes? mtls account:admin ~/.kube/config#/users/0/user/client-key-data",
      "kubernetes? reference account:cloud ~/.kube/config#/users/2/user/exec/command",
    ]);
  });
});
