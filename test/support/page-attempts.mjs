// Runs inside a page of a browser (foreign-pages.ts): every way a page has of sending something somewhere.
// In: an address and what to post. Out: the answers that the page could read.
export async function tryEverything({ url, form }) {
  const readable = [];
  const tried = async (what, attempt) => {
    const limit = new Promise((resolve) => setTimeout(resolve, 1_500, ""));
    const got = await Promise.race([attempt, limit]).catch(() => "");
    if (typeof got === "string" && got !== "") readable.push(`${what}: ${got.slice(0, 40)}`);
  };
  const post = (mode, type) =>
    fetch(url, { method: "POST", mode, credentials: "include", headers: { "content-type": type }, body: form }).then((response) =>
      response.text(),
    );
  const element = (tag, attributes) =>
    new Promise((resolve) => {
      const made = Object.assign(document.createElement(tag), attributes);
      made.addEventListener("load", () => resolve(tag === "iframe" ? "" : "loaded"));
      made.addEventListener("error", () => resolve(""));
      document.body.append(made);
    });
  await Promise.all([
    tried("no-cors form", post("no-cors", "application/x-www-form-urlencoded")),
    tried("no-cors text", post("no-cors", "text/plain")),
    tried("cors form", post("cors", "application/x-www-form-urlencoded")),
    tried("cors json", post("cors", "application/json")),
    tried(
      "get",
      fetch(url, { credentials: "include" }).then((response) => response.text()),
    ),
    tried(
      "put",
      fetch(url, { method: "PUT", body: form }).then((response) => response.text()),
    ),
    tried("image", element("img", { src: url })),
    tried("script", element("script", { src: url })),
    tried("style", element("link", { rel: "stylesheet", href: url })),
    tried("frame", element("iframe", { src: url })),
    tried("object", element("object", { data: url })),
    tried("beacon", Promise.resolve(navigator.sendBeacon(url, new URLSearchParams(form)) ? "" : "")),
    tried(
      "events",
      new Promise((resolve) => Object.assign(new EventSource(url), { onopen: () => resolve("opened"), onerror: () => resolve("") })),
    ),
    tried(
      "socket",
      new Promise((resolve) =>
        Object.assign(new WebSocket(url.replace("http", "ws")), { onopen: () => resolve("opened"), onerror: () => resolve("") }),
      ),
    ),
  ]);
  // A form of its own, into a frame.
  const frame = Object.assign(document.createElement("iframe"), { name: `target ${Math.random()}` });
  const sent = Object.assign(document.createElement("form"), { method: "post", action: url, target: frame.name });
  for (const [name, value] of new URLSearchParams(form)) sent.append(Object.assign(document.createElement("input"), { name, value }));
  document.body.append(frame, sent);
  const done = new Promise((resolve) => frame.addEventListener("load", resolve));
  sent.submit();
  await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 1_500))]);
  return readable;
}
