// A browser without a screen for the hub's pages: keeps cookies, reads forms, follows where it is sent. Real Chromium is used where a browser's own behaviour matters.
// In: the hub's address. Out: pages as text and status, forms filled and sent.
export interface Page {
  readonly status: number;
  readonly url: string;
  readonly text: string;
  readonly headers: Headers;
}

export interface BrowserLike {
  open(path: string): Promise<Page>;
  /** Sends the first form of `page` whose action is `action`, hidden fields included. */
  submit(page: Page, action: string, fields: Readonly<Record<string, string | readonly string[]>>): Promise<Page>;
  readonly cookies: ReadonlyMap<string, string>;
}

export function openBrowserLike(origin: string): BrowserLike {
  const cookies = new Map<string, string>();
  const request = async (path: string, init: RequestInit = {}): Promise<Page> => {
    let url = new URL(path, origin);
    let options = init;
    for (let hops = 0; hops < 12; hops += 1) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(url, {
        ...options,
        redirect: "manual",
        headers: { ...options.headers, ...(cookie === "" ? {} : { cookie }) },
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      const location = response.headers.get("location");
      if (location === null) return { status: response.status, url: url.href, text: await response.text(), headers: response.headers };
      url = new URL(location, url);
      options = {};
    }
    throw new Error("redirected too often");
  };
  return {
    cookies,
    open: (path) => request(path),
    submit: async (page, action, fields) => {
      const form = new URLSearchParams();
      const [, inside = ""] = new RegExp(`<form[^>]*action="${action}"[^>]*>([\\s\\S]*?)</form>`).exec(page.text) ?? [];
      for (const [, name = "", value = ""] of inside.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g))
        form.set(name, value);
      for (const [name, value] of Object.entries(fields)) for (const each of [value].flat()) form.append(name, each);
      return await request(action, {
        method: "POST",
        body: form.toString(),
        headers: { "content-type": "application/x-www-form-urlencoded", origin },
      });
    },
  };
}
