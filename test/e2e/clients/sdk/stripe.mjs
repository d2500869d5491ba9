export default {
  title: "stripe",
  fake: "stripe",
  npm: { stripe: "23.1.0" },
  files: {
    "call.mjs": `import Stripe from "stripe";
const balance = await new Stripe(process.env.STRIPE_SECRET_KEY, { maxNetworkRetries: 0 }).balance.retrieve();
console.log(balance.available[0].currency);
`,
  },
  command: ["node", "call.mjs"],
};
