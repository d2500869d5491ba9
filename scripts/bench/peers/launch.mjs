// Used by the peers, not run by itself: starts a peer's process and waits until it listens; ends it again.
// In: a command or a file to fork. Out: {pid, close()} and, for a forked file, its first message.
import { fork, spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";

const READY_WITHIN_MS = 30_000;
const RETRY_MS = 50;
const END_WITHIN_MS = 3_000;

/** A port that nobody listens on at this moment. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts a program that is to listen on `port`, and waits until it does. */
export async function launch(command, args, { port, cwd }) {
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let complaint = "";
  const listen = (text) => (complaint = `${complaint}${text}`.slice(-2_000));
  child.stdout.setEncoding("utf8").on("data", listen);
  child.stderr.setEncoding("utf8").on("data", listen);
  const ended = new Promise((resolve) => child.once("error", resolve).once("close", resolve));
  const close = () => end(child, ended);
  const early = ended.then(() => Promise.reject(new Error(`it ended early: ${complaint.trim().split("\n").slice(-3).join(" / ")}`)));
  early.catch(() => {});
  try {
    await Promise.race([waitForPort(port), early]);
  } catch (error) {
    await close();
    throw error;
  }
  return { pid: child.pid, close };
}

/** Forks a file beside this one, sends it one message and waits for its answer. */
export async function forkPeer(file, message) {
  const worker = fork(fileURLToPath(new URL(file, import.meta.url)), { stdio: ["ignore", "ignore", "pipe", "ipc"] });
  let complaint = "";
  worker.stderr.setEncoding("utf8").on("data", (text) => (complaint = `${complaint}${text}`.slice(-2_000)));
  const ended = new Promise((resolve) => worker.once("close", resolve));
  worker.send(message);
  const answer = await new Promise((resolve, reject) => {
    worker.once("message", resolve);
    void ended.then(() => reject(new Error(`it ended early: ${complaint.trim().slice(-500)}`)));
  });
  const close = () => end(worker, ended);
  return { pid: worker.pid, answer, close };
}

/** Not every peer ends when it is asked to. */
async function end(child, ended) {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), END_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

async function waitForPort(port) {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline;) {
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  throw new Error(`nothing listens on port ${port} after ${READY_WITHIN_MS / 1000} s`);
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
