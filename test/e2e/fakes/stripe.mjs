// Stripe's API: the balance.
export const provider = "stripe";
export const hosts = ["api.stripe.com"];
export const places = [{ header: "authorization", value: "Bearer {key}" }];

export function answer() {
  return {
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ object: "balance", livemode: false, available: [{ amount: 1, currency: "PONG" }] }),
  };
}
