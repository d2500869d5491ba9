// The upstream itself without any proxy: what every other row is compared with. Started by compare.mjs.

export const name = "direct";
export const about = "no proxy; the client holds the real key";

export async function start({ real }) {
  return { target: real, roots: [], offersHttp2: true, close: async () => {} };
}
