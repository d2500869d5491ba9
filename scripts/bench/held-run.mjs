// Used by the benchmark, not run by itself: a run of keyward that stays open, so that the load generator can use its proxy without being
// its child. In: a Stage that is logged in. Out: what the child was given, and how to end it.

const HOLD = "process.stdout.write(JSON.stringify(process.env)); process.stdin.resume();";

export async function holdRun(stage) {
  const child = stage.spawn(["run", "--", process.execPath, "-e", HOLD]);
  let [said, complaint] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (text) => (complaint += text));
  const environment = await new Promise((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
      if (said.endsWith("}")) resolve(JSON.parse(said));
    });
    child.once("close", (status) => reject(new Error(`the run ended with ${status}: ${complaint.trim()}`)));
  });
  const url = new URL(environment.HTTPS_PROXY);
  const authorization = `Proxy-Authorization: Basic ${Buffer.from(`${url.username}:${url.password}`).toString("base64")}\r\n`;
  const authorityPem = await stage.keyward(["ca", "export"]);
  return { environment, proxy: { port: Number(url.port), authorization }, authorityPem, end: () => child.stdin.end() };
}
