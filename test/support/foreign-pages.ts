// A real Chromium and a web site that is not keyward's, under names and ports of its own: what a page of somebody else can do to what listens here.
// In: nothing. Out: pages of that site, every attempt such a page has, and what the site was told. `close()` ends browser and site.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { quietPort } from "../../scripts/quiet-port.mjs";
import { chromiumOptions } from "./chromium.ts";
import { tryEverything } from "./page-attempts.mjs";

/** Names under which an address of this machine may be reached without being its own: rebound, unspecified, IPv6, IPv6-mapped. */
export const STRANGE_NAMES = ["rb.evil.test", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "127.0.0.1.evil.test", "2130706433.evil.test"];

export class ForeignPages {
  readonly browser: BrowserContext;
  readonly sitePort: number;
  /** Every request that the site had. */
  readonly visits: IncomingMessage[];
  readonly #site: Server;
  readonly #directory: string;

  private constructor(browser: BrowserContext, directory: string, site: { server: Server; visits: IncomingMessage[] }) {
    this.browser = browser;
    this.#directory = directory;
    this.#site = site.server;
    this.visits = site.visits;
    this.sitePort = (site.server.address() as AddressInfo).port;
  }

  /** Every name below evil.test leads to this machine. */
  static async open(): Promise<ForeignPages> {
    const directory = mkdtempSync(join(tmpdir(), "kw-chromium-"));
    const browser = await chromium.launchPersistentContext(directory, {
      ...chromiumOptions("MAP *.evil.test 127.0.0.1"),
    });
    const visits: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      visits.push(request);
      response.setHeader("content-type", "text/html").end("<!doctype html><title>a site</title><body></body>");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new ForeignPages(browser, directory, { server, visits });
  }

  /** Another site, and another port of this machine by both of its names. */
  get origins(): readonly string[] {
    return ["shop.evil.test", "127.0.0.1", "localhost"].map((name) => `http://${name}:${this.sitePort}`);
  }

  async page(origin: string): Promise<Page> {
    const page = await this.browser.newPage();
    await page.goto(origin);
    return page;
  }

  /** Every way a page has of sending something there, from every foreign origin at once; the answers that a page could read. */
  async tryFromEverywhere(targets: readonly { readonly url: string; readonly form: string }[]): Promise<string[]> {
    const pages = await Promise.all(this.origins.map((origin) => this.page(origin)));
    const read = await Promise.all(
      pages.map((page) =>
        page.evaluate<string[]>(`Promise.all(${JSON.stringify(targets)}.map(${tryEverything.toString()})).then((all) => all.flat())`),
      ),
    );
    await Promise.all(pages.map((page) => page.close()));
    return read.flat();
  }

  /** What a browser that goes to this address under a strange name is answered. */
  async visitUnder(name: string, url: string): Promise<{ readonly status: number; readonly length: string | undefined }[]> {
    const page = await this.browser.newPage();
    const answers: { readonly status: number; readonly length: string | undefined }[] = [];
    page.on("response", (response) => answers.push({ status: response.status(), length: response.headers()["content-length"] }));
    await page.goto(url.replace("127.0.0.1", name)).catch(() => undefined);
    await page.close();
    return answers;
  }

  /**
   * A page that was loaded from `port` under a rebound name, before somebody else listens there; then it may ask its own origin.
   * Out: the page. The port is free again.
   */
  async reboundPage(): Promise<{ readonly page: Page; readonly port: number }> {
    const theirs = createServer((_request, response) => response.setHeader("content-type", "text/html").end("<body></body>"));
    const port = await quietPort();
    theirs.listen(port, "127.0.0.1");
    await once(theirs, "listening");
    const page = await this.page(`http://rb.evil.test:${port}/`);
    theirs.closeAllConnections();
    theirs.close();
    await once(theirs, "close");
    return { page, port };
  }

  async closePages(): Promise<void> {
    const [, ...others] = this.browser.pages();
    await Promise.all(others.map((page) => page.close()));
    this.visits.length = 0;
  }

  async close(): Promise<void> {
    await this.browser.close();
    rmSync(this.#directory, { recursive: true, force: true });
    this.#site.closeAllConnections();
    this.#site.close();
  }
}
