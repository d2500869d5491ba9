import { describe, expect, it } from "vitest";
import { gcloudAdc } from "../../../../../src/discover/sources/cloud/gcloud-adc.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Google ADC", () => {
  it("give their credentials", () => {
    expect(findIn(gcloudAdc)).toEqual([
      "google-cloud? service_account key=$1 account:robot@acme.example ~/.config/gcloud/application_default_credentials.json#/private_key",
    ]);
  });
});
