// Required by every Node process of a run (NODE_OPTIONS). Sends TLS connections through the run's proxy by patching the one
// function all of them end in: fetch, https, http2, ws and every agent call tls.connect.
// In: HTTPS_PROXY, NO_PROXY, KEYWARD_TLS_PORTS at the time of each call. Out: a TLSSocket over a CONNECT tunnel, at once.
// It has no dependencies, runs on Node 18 and later, must never throw while it loads, and leaves alone what it does not know:
// calls that bring a socket (a library's own proxy support), a path, another port, or a host in NO_PROXY.
"use strict";

const MARK = Symbol.for("keyward.preload");
const MAX_HEAD_BYTES = 16_384;
const HIDE_PROXY_WARNING = "--disable-warning=UNDICI-EHPA";
const tls = require("node:tls");
const net = require("node:net");
const { Duplex } = require("node:stream");

/** tls.connect(options) · (port, host?, options?) · (path, options?), each with a callback; later options win, as in Node. */
function readArguments(args) {
  const callback = typeof args[args.length - 1] === "function" ? args[args.length - 1] : undefined;
  const options = {};
  const [first, second] = args;
  if (typeof first === "object" && first !== null) Object.assign(options, first);
  else if (typeof first === "number" || (typeof first === "string" && /^\d+$/.test(first))) {
    options.port = first;
    if (typeof second === "string") options.host = second;
  } else options.path = first;
  const more = [args[1], args[2]].find((value) => typeof value === "object" && value !== null);
  if (typeof first !== "object" && more !== undefined) Object.assign(options, more);
  return { options, callback };
}

/** The proxy and the CONNECT target for a call, or null when it goes its own way. */
function findRoute(options) {
  if (options.socket || options.path) return null;
  const port = Number(options.port);
  if (port !== 443 && !(process.env.KEYWARD_TLS_PORTS || "").split(",").includes(String(port))) return null;
  const address = String(options.host || options.hostname || "localhost").replace(/^\[(.*)\]$/, "$1");
  // An address that was looked up beforehand says nothing to the proxy; the name asked of TLS does.
  const host = net.isIP(address) !== 0 && options.servername && net.isIP(options.servername) === 0 ? options.servername : address;
  if (/[^\w.:-]/.test(host) || isDirect(host, port) || isDirect(address, port)) return null;
  const proxy = parseProxy(process.env.HTTPS_PROXY || process.env.https_proxy);
  return proxy && { proxy, host, target: `${net.isIPv6(host) ? `[${host}]` : host}:${port}` };
}

function parseProxy(text) {
  try {
    const url = new URL(text);
    if (url.protocol !== "http:") return null;
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    return {
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: Number(url.port || 80),
      authorization: credentials === ":" ? "" : `Proxy-Authorization: Basic ${Buffer.from(credentials).toString("base64")}\r\n`,
    };
  } catch {
    return null;
  }
}

/** NO_PROXY entries: `*`, `host`, `.suffix`, `suffix`, `*.suffix`, each with an optional port, and CIDR ranges. */
function isDirect(host, port) {
  const name = host.toLowerCase();
  return (process.env.NO_PROXY || process.env.no_proxy || "").split(/[\s,]+/).some((entry) => {
    if (entry === "*") return true;
    if (entry.includes("/")) return isInRange(name, entry);
    const [, bare, onlyPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(net.isIPv6(entry) ? `[${entry}]` : entry.toLowerCase()) || [];
    const suffix = (bare || "").replace(/^\*?\./, "");
    return suffix !== "" && (!onlyPort || Number(onlyPort) === port) && (name === suffix || name.endsWith(`.${suffix}`));
  });
}

function isInRange(address, range) {
  const [base, bits] = range.split("/");
  const family = net.isIP(address);
  if (family === 0 || family !== net.isIP(base) || !/^\d+$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new net.BlockList();
  list.addSubnet(base, Number(bits), `ipv${family}`);
  return list.check(address, `ipv${family}`);
}

/** The stream TLS runs on. TLS writes its hello at once; it waits here until the proxy has opened the tunnel. */
class Tunnel extends Duplex {
  constructor({ proxy, target }) {
    super({ allowHalfOpen: true });
    this.connecting = true;
    this.target = target;
    this.head = Buffer.alloc(0);
    this.sendHeld = () => {};
    // Half-open: TLS still has its close_notify to send when the far side has ended.
    this.proxySocket = net.connect({ host: proxy.host, port: proxy.port, allowHalfOpen: true });
    this.proxySocket.setNoDelay(true);
    this.proxySocket.on("connect", () =>
      this.proxySocket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${proxy.authorization}\r\n`),
    );
    this.proxySocket.on("data", (chunk) => this.receive(chunk));
    this.proxySocket.on("end", () => (this.connecting ? this.refuse(true) : this.push(null)));
    this.proxySocket.on("error", (error) => this.destroy(this.connecting ? unreachable(proxy, error) : error));
    this.proxySocket.on("close", () => this.proxySocket.readableEnded || this.destroy());
  }

  receive(chunk) {
    if (!this.connecting) return void (this.push(chunk) || this.proxySocket.pause());
    this.head = Buffer.concat([this.head, chunk]);
    const end = this.head.indexOf("\r\n\r\n");
    if (end < 0) return void (this.head.length > MAX_HEAD_BYTES && this.refuse(true));
    if (!/^HTTP\/1\.[01] 2\d\d[ \r]/.test(this.head.toString("latin1", 0, 32))) return this.refuse(false);
    const rest = this.head.subarray(end + 4);
    this.connecting = false;
    this.head = null;
    if (rest.length > 0) this.push(rest);
    this.emit("connect");
    this.sendHeld();
  }

  /** The proxy's answer is not a tunnel: wait for its JSON body, which says why, then fail. */
  refuse(isComplete) {
    if (this.destroyed) return;
    const text = this.head.toString("utf8");
    const [head, body = ""] = text.split(/\r\n\r\n([^]*)/);
    const length = Number((/^content-length: *(\d+)/im.exec(head) || [])[1] || 0);
    if (!isComplete && Buffer.byteLength(body) < length && this.head.length < MAX_HEAD_BYTES) return;
    this.destroy(refusal(this.target, Number((/^HTTP\/1\.[01] (\d{3})/.exec(head) || [])[1] || 0), body));
  }

  _read() {
    if (!this.connecting) this.proxySocket.resume();
  }

  _write(chunk, encoding, callback) {
    if (this.connecting) this.sendHeld = () => this.proxySocket.write(chunk, encoding, callback);
    else this.proxySocket.write(chunk, encoding, callback);
  }

  _final(callback) {
    this.proxySocket.end(callback);
  }

  _destroy(error, callback) {
    this.proxySocket.destroy();
    callback(error);
  }
}

function unreachable(proxy, cause) {
  const error = new Error(`cannot reach keyward's proxy at ${proxy.host}:${proxy.port}: ${cause.message}`);
  return Object.assign(error, { code: cause.code, cause });
}

function refusal(target, status, body) {
  let reason = { 407: "the run is over or its token is wrong", 0: "it closed the connection" }[status] || `status ${status}`;
  let [keywardCode, requestId] = [];
  try {
    const { code, message, hint, request_id: id } = JSON.parse(body).error;
    reason = hint ? `${message} (${hint})` : String(message);
    // A request without a run is in no audit.
    if (id && status !== 407) reason += `; keyward audit show ${id}`;
    [keywardCode, requestId] = [code, id];
  } catch {
    // Not one of keyward's own answers: the status says enough.
  }
  const error = new Error(`keyward's proxy refused to connect to ${target}: ${reason}`);
  return Object.assign(
    error,
    status === 0 ? { code: "ECONNRESET" } : { code: "ERR_KEYWARD_PROXY", statusCode: status, keywardCode, requestId },
  );
}

function connectThrough(connect, route, { options, callback }) {
  const tunnel = new Tunnel(route);
  const name = route.host;
  const servername = options.servername === undefined && net.isIP(name) === 0 ? name : options.servername;
  const socket = connect.call(tls, { ...options, host: name, socket: tunnel, servername }, callback);
  const { proxySocket } = tunnel;
  // TLS over a stream has no handle of its own: without these an idle keep-alive socket would keep the process alive.
  for (const method of ["ref", "unref", "setKeepAlive", "setNoDelay"]) {
    socket[method] = (...args) => {
      proxySocket[method](...args);
      return socket;
    };
  }
  for (const property of ["remoteAddress", "remotePort", "remoteFamily", "localAddress", "localPort", "localFamily"]) {
    Object.defineProperty(socket, property, { get: () => proxySocket[property], configurable: true });
  }
  if (options.timeout) socket.setTimeout(options.timeout);
  socket.once("close", () => tunnel.destroy());
  return socket;
}

/** Node 22 warns at every start that its proxy support is experimental. keyward switched it on, so the child need not read that. */
function silenceProxyWarning() {
  const before = Object.getOwnPropertyDescriptor(process, "emit");
  // oxlint-disable-next-line typescript/unbound-method -- called with the caller's own `this`
  const { emit } = process;
  const quiet = function (event, warning, ...rest) {
    return event === "warning" && warning?.code === "UNDICI-EHPA" ? false : emit.call(this, event, warning, ...rest);
  };
  process.emit = quiet;
  setImmediate(() => {
    // A program that wrapped it meanwhile, as signal-exit does when it is loaded, calls this one by now.
    if (process.emit !== quiet) return;
    if (before === undefined) delete process.emit;
    else Object.defineProperty(process, "emit", before);
  }).unref();
}

/**
 * A worker of Node 22 warns before its preload runs, so the option that hides this one warning has to come from outside. With
 * options that no worker takes when they are said aloud (`--expose-gc`) the line is printed, and nothing else is different.
 */
function silenceWorkers() {
  const threads = require("node:worker_threads");
  const construct = (target, args, newTarget) => {
    const [file, options] = args;
    // The code of `node -e` is an option too, and none that a worker runs.
    const own =
      options?.execArgv ?? process.execArgv.filter((word, at, all) => ![word, all[at - 1]].some((one) => /^-p?e$|^-p$/.test(one)));
    if (!Array.isArray(own)) return Reflect.construct(target, args, newTarget);
    try {
      const execArgv = own.includes(HIDE_PROXY_WARNING) ? own : [...own, HIDE_PROXY_WARNING];
      return Reflect.construct(target, [file, { ...options, execArgv }], newTarget);
    } catch (error) {
      if (error.code !== "ERR_WORKER_INVALID_EXEC_ARGV") throw error;
      return Reflect.construct(target, args, newTarget);
    }
  };
  threads.Worker = new Proxy(threads.Worker, { construct });
}

if (!tls[MARK]) {
  if (process.env.NODE_USE_ENV_PROXY === "1") {
    silenceProxyWarning();
    if (process.version.startsWith("v22.")) silenceWorkers();
  }
  const { connect } = tls;
  Object.defineProperty(tls, MARK, { value: true });
  tls.connect = function (...args) {
    const call = readArguments(args);
    const route = findRoute(call.options);
    return route ? connectThrough(connect, route, call) : connect.apply(this, args);
  };
  require("node:module").syncBuiltinESMExports();
}
