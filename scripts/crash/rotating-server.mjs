// Used by refresh.mjs and tests, not run by itself: an authorization server that rotates refresh tokens and an API that accepts the newest
// access token only, in one TLS server on loopback. It knows what has become of every token, so it can say whether a login was lost by right.
import { randomBytes } from "node:crypto";
import { createServer } from "node:https";
import { makeThrowawayAuthority } from "../throwaway-authority.mjs";

export const API_HOST = "api.rotating.test";
export const AUTH_HOST = "auth.rotating.test";

export const DEFINITION = {
  id: "rotating",
  name: "Rotating",
  category: "other",
  endpoints: [{ host: API_HOST }],
  fields: [{ name: "key", label: "Token", env: ["ROTATING_TOKEN"] }],
  inject: [[{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }]],
  oauth: {
    flows: ["token"],
    tokenUrl: `https://${AUTH_HOST}/token`,
    revocationUrl: `https://${AUTH_HOST}/revoke`,
    howToGetClientId: "Any will do.",
  },
  sources: ["scripts/crash"],
  examples: { match: [`GET https://${API_HOST}/v1`], ignore: ["GET https://rotating.test/"] },
};

export class RotatingServer {
  /** Called at "arrived", "rotated" and "answered" of every token request. @type {(phase: string) => void} */
  onPhase = () => {};
  /** true: the token before the newest one is taken too, as servers do that allow for a lost answer. */
  hasGrace = false;
  tokenRequests = 0;
  /** Of access tokens given from now on. */
  lifetimeS = 3_600;
  /** Until it resolves, answers of the token endpoint wait, rotated already. @type {Promise<void> | null} */
  held = null;
  /** What /revoke answers. @type {{status: number, body: object}} */
  revocation = { status: 200, body: {} };
  /** What /revoke was asked, oldest first. @type {Record<string, string>[]} */
  revocations = [];
  /** A refresh token came twice, or the grant was revoked: everything that was granted is over. */
  isOver = false;
  /** The upstream has seen an access token of the pair whose refresh token was lost: it was used before it was on the disk. */
  wasUsedUnsaved = false;
  pair = newPair();
  /** @type {ReturnType<typeof newPair> | null} */
  before = null;
  refusedAccess = "";
  port = 0;
  authority = makeThrowawayAuthority("Rotating server");
  leaf = this.authority.issue([API_HOST, AUTH_HOST]);
  http = createServer({ cert: this.leaf.certificatePem, key: this.leaf.privateKeyPem }, (request, response) =>
    this.answer(request, response),
  );

  static async start() {
    const server = new RotatingServer();
    await new Promise((resolve) => server.http.listen(0, "127.0.0.1", () => resolve(true)));
    const address = server.http.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    server.port = address.port;
    return server;
  }

  get authorityPem() {
    return this.authority.certificatePem;
  }

  /** Begins anew, with a refresh token for a person to paste. */
  grant() {
    this.isOver = false;
    this.before = null;
    this.pair = newPair();
    return this.pair.refresh;
  }

  /** Only a token that is asked for from now on is good. */
  endAccess() {
    this.refusedAccess = this.pair.access;
  }

  /** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
  answer(request, response) {
    /** @type {Buffer[]} */
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      if (request.headers.host !== AUTH_HOST) this.serve(request.headers.authorization ?? "", response);
      else if (request.url === "/revoke") this.revoke(form, response);
      else void this.trade(form.get("refresh_token") ?? "", response);
    });
  }

  /** @param {string} refresh @param {import("node:http").ServerResponse} response */
  async trade(refresh, response) {
    this.tokenRequests += 1;
    this.onPhase("arrived");
    const isLate = this.hasGrace && refresh === this.before?.refresh;
    if (this.isOver || (refresh !== this.pair.refresh && !isLate)) {
      if (!this.isOver && this.pair.isUsed) this.wasUsedUnsaved = true;
      this.isOver = true;
      return reply(response, 400, { error: "invalid_grant" });
    }
    if (!isLate) this.before = this.pair;
    this.pair = newPair();
    this.onPhase("rotated");
    const answer = { access_token: this.pair.access, token_type: "bearer", expires_in: this.lifetimeS, refresh_token: this.pair.refresh };
    if (this.held !== null) await this.held;
    reply(response, 200, answer);
    this.onPhase("answered");
  }

  /** @param {URLSearchParams} form @param {import("node:http").ServerResponse} response */
  revoke(form, response) {
    this.revocations.push(Object.fromEntries(form));
    if (this.revocation.status === 200) this.isOver = true;
    reply(response, this.revocation.status, this.revocation.body);
  }

  /** @param {string} authorization @param {import("node:http").ServerResponse} response */
  serve(authorization, response) {
    const isNewest = authorization === `Bearer ${this.pair.access}`;
    if (isNewest) this.pair.isUsed = true;
    const isGood = isNewest && this.pair.access !== this.refusedAccess && !this.isOver;
    reply(response, isGood ? 200 : 401, { ok: isGood });
  }

  close() {
    this.http.closeAllConnections();
    this.http.close();
  }
}

function newPair() {
  return { refresh: token("r"), access: token("a"), isUsed: false };
}

/** @param {string} prefix */
function token(prefix) {
  return `${prefix}_${randomBytes(18).toString("base64url")}`;
}

/** @param {import("node:http").ServerResponse} response @param {number} status @param {object} body */
function reply(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
