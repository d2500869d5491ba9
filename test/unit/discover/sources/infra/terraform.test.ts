import { describe, expect, it } from "vitest";
import { terraform } from "../../../../../src/discover/sources/infra/terraform.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Terraform / OpenTofu", () => {
  it("give their credentials", () => {
    expect(findIn(terraform)).toEqual([
      "hcp-terraform api_key key|TF_TOKEN_app_terraform_io=$1 ~/.terraform.d/credentials.tfrc.json#/credentials/app.terraform.io/token",
      "tf-my-acme-example? api_key key|TF_TOKEN_tf_my__acme_example=$2 ~/.terraform.d/credentials.tfrc.json#/credentials/tf.my-acme.example/token",
    ]);
  });
});
