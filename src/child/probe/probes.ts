// Clients that `doctor --clients` can try, as data: a program of the user's PATH, what to start it with, what is known of its limits.
// In `args`, `env` and `files` {url}, {key} and {directory} stand for the echo's address, the placeholder and an empty directory.
// A probe ends with 77 when the part it wants to try (a module, an old version) is not installed. Nothing is printed to anyone.

export interface Probe {
  readonly id: string;
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Written into the directory before. */
  readonly files?: Readonly<Record<string, string>>;
  /** What to look at when it does not come to the proxy. */
  readonly ifNotRouted?: string;
  /** What to look at when it refuses the certificate. */
  readonly ifNotTrusted?: string;
  /** It is known not to work: the id of its entry in certs/limits.json, which says why and what to do instead. */
  readonly limit?: string;
}

/** The exit status of a probe whose part is not installed. */
export const ABSENT_STATUS = 77;

const PYTHON_HEADERS = `{"Authorization": "Bearer " + os.environ["KEYWARD_ECHO_KEY"]}`;

function python(module: string, call: string): string[] {
  return [
    "-c",
    `import os, sys\ntry:\n    import ${module}\nexcept ImportError:\n    sys.exit(77)\nurl = sys.argv[1]\nh = ${PYTHON_HEADERS}\n${call}`,
    "{url}",
  ];
}

const NODE_HEADERS = "{ authorization: 'Bearer ' + process['env'].KEYWARD_ECHO_KEY }";
const NODE_FETCH = `if (typeof fetch !== "function") process.exit(77); fetch(process.argv[1], { headers: ${NODE_HEADERS} }).then((r) => r.text())`;
const NODE_HTTPS = `require("https").get(process.argv[1], { headers: ${NODE_HEADERS} }, (r) => r.resume())`;

const JAVA_PROGRAM = `import java.net.URI;
import java.net.http.*;
public class Probe {
  public static void main(String[] a) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(a[0])).header("Authorization", "Bearer " + System.getenv("KEYWARD_ECHO_KEY")).build();
    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }
}
`;

const RUBY_PROGRAM = `begin; require "net/http"; rescue LoadError; exit 77; end
u = URI(ARGV[0]); Net::HTTP.get(u, { "Authorization" => "Bearer #{ENV["KEYWARD_ECHO_KEY"]}" })`;

const RUBY_FARADAY = `begin; require "faraday"; rescue LoadError; exit 77; end
Faraday.get(ARGV[0], nil, { "Authorization" => "Bearer #{ENV["KEYWARD_ECHO_KEY"]}" })`;

const PHP_PROGRAM = `if (!function_exists("curl_init")) exit(77);
$c = curl_init($argv[1]); curl_setopt($c, CURLOPT_HTTPHEADER, ["Authorization: Bearer " . getenv("KEYWARD_ECHO_KEY")]); curl_exec($c);`;

const PERL_LWP = `eval { require LWP::UserAgent; require LWP::Protocol::https; 1 } or exit 77;
LWP::UserAgent->new->get($ARGV[0], Authorization => "Bearer $ENV{KEYWARD_ECHO_KEY}");`;

const PERL_TINY = `eval { require HTTP::Tiny; require IO::Socket::SSL; 1 } or exit 77;
HTTP::Tiny->new(verify_SSL => 1)->get($ARGV[0], { headers => { Authorization => "Bearer $ENV{KEYWARD_ECHO_KEY}" } });`;

export const PROBES: readonly Probe[] = [
  {
    id: "curl",
    name: "curl",
    program: "curl",
    args: ["-sS", "--max-time", "15", "-H", "Authorization: Bearer {key}", "{url}"],
    ifNotRouted: "take proxy and noproxy out of ~/.curlrc; they win over the environment",
    ifNotTrusted: "take cacert and capath out of ~/.curlrc",
  },
  {
    id: "wget",
    name: "wget",
    program: "wget",
    args: ["-q", "-O", "-", "--no-hsts", "--tries=1", "--timeout=15", "--header", "Authorization: Bearer {key}", "{url}"],
    ifNotRouted: "take https_proxy and use_proxy out of /etc/wgetrc and ~/.wgetrc; they win over the environment",
  },
  {
    id: "git",
    name: "git",
    program: "git",
    args: ["-c", "credential.helper=", "ls-remote", "{url}"],
    env: { GIT_TERMINAL_PROMPT: "0" },
    ifNotRouted: "git config --global --unset http.proxy",
    ifNotTrusted: "git config --global --unset http.sslCAPath",
  },
  { id: "node-fetch", name: "Node.js fetch", program: "node", args: ["-e", NODE_FETCH, "{url}"] },
  { id: "node-https", name: "Node.js https", program: "node", args: ["-e", NODE_HTTPS, "{url}"] },
  { id: "bun", name: "bun fetch", program: "bun", args: ["-e", `await fetch(process.argv.at(-1), { headers: ${NODE_HEADERS} })`, "{url}"] },
  {
    id: "deno",
    name: "deno fetch",
    program: "deno",
    args: ["eval", `await (await fetch("{url}", { headers: { authorization: "Bearer " + Deno.env.get("KEYWARD_ECHO_KEY") } })).text()`],
  },
  {
    id: "python-urllib",
    name: "Python urllib",
    program: "python3",
    args: python("urllib.request", "urllib.request.urlopen(urllib.request.Request(url, headers=h), timeout=15).read()"),
  },
  {
    id: "python-requests",
    name: "Python requests",
    program: "python3",
    args: python("requests", "requests.get(url, headers=h, timeout=15)"),
  },
  { id: "python-httpx", name: "Python httpx", program: "python3", args: python("httpx", "httpx.get(url, headers=h, timeout=15)") },
  {
    id: "python-aiohttp",
    name: "Python aiohttp, trust_env=True",
    program: "python3",
    args: python(
      "aiohttp, asyncio",
      "async def main():\n    async with aiohttp.ClientSession(trust_env=True) as s:\n        async with s.get(url, headers=h) as r:\n            await r.text()\nasyncio.run(main())",
    ),
  },
  {
    id: "python-aiohttp-default",
    name: "Python aiohttp",
    program: "python3",
    args: python(
      "aiohttp, asyncio",
      "async def main():\n    async with aiohttp.ClientSession() as s:\n        async with s.get(url, headers=h) as r:\n            await r.text()\nasyncio.run(main())",
    ),
    limit: "aiohttp",
  },
  {
    id: "python-httplib2",
    name: "Python httplib2",
    program: "python3",
    args: python("httplib2", "httplib2.Http(timeout=15).request(url, headers=h)"),
  },
  {
    id: "python-urllib3",
    name: "Python urllib3 PoolManager",
    program: "python3",
    args: python("urllib3", "urllib3.PoolManager(retries=False, timeout=15).request('GET', url, headers=h)"),
    limit: "urllib3",
  },
  {
    id: "python-http-client",
    name: "Python http.client",
    program: "python3",
    args: python(
      "http.client",
      "c = http.client.HTTPSConnection(url.split('/')[2], timeout=15)\nc.request('GET', '/' + url.split('/', 3)[3], headers=h)",
    ),
    limit: "http-client",
  },
  {
    id: "httpie",
    name: "HTTPie",
    program: "http",
    args: ["--ignore-stdin", "--timeout=15", "GET", "{url}", "Authorization: Bearer {key}"],
    env: { HTTPIE_CONFIG_DIR: "{directory}" },
  },
  {
    id: "go",
    name: "Go net/http (the go command)",
    program: "go",
    args: ["list", "-m", "-versions", "keyward.test/probe"],
    env: {
      GOPROXY: "{url}",
      GOSUMDB: "off",
      GONOPROXY: "none",
      GOPRIVATE: "",
      GOFLAGS: "-mod=mod",
      GO111MODULE: "on",
      GOTOOLCHAIN: "local",
      GOWORK: "off",
      GOPATH: "{directory}",
      GOMODCACHE: "{directory}/mod",
    },
  },
  {
    id: "rclone",
    name: "rclone",
    program: "rclone",
    args: [
      "--config",
      "",
      "--retries=1",
      "--low-level-retries=1",
      "lsf",
      ":http:",
      "--http-url={url}/",
      "--http-headers=Authorization,Bearer {key}",
    ],
  },
  { id: "ruby", name: "Ruby Net::HTTP", program: "ruby", args: ["-e", RUBY_PROGRAM, "{url}"] },
  { id: "ruby-faraday", name: "Ruby Faraday", program: "ruby", args: ["-e", RUBY_FARADAY, "{url}"] },
  { id: "php-curl", name: "PHP curl", program: "php", args: ["-r", PHP_PROGRAM, "{url}"] },
  {
    id: "php-streams",
    name: "PHP file_get_contents",
    program: "php",
    args: ["-r", "@file_get_contents($argv[1]);", "{url}"],
    limit: "php-streams",
  },
  { id: "perl-lwp", name: "Perl LWP", program: "perl", args: ["-e", PERL_LWP, "{url}"] },
  { id: "perl-tiny", name: "Perl HTTP::Tiny", program: "perl", args: ["-e", PERL_TINY, "{url}"] },
  {
    id: "java",
    name: "Java HttpClient",
    program: "java",
    // Source launch needs the compiler, which a bare runtime lacks: the module system says so with a status of its own.
    args: ["--add-modules", "jdk.compiler,java.net.http", "{directory}/Probe.java", "{url}"],
    files: { "Probe.java": JAVA_PROGRAM },
  },
  {
    id: "wget2",
    name: "wget2",
    program: "wget2",
    args: ["-q", "-O", "-", "--tries=1", "--timeout=15", "{url}"],
    limit: "wget2",
  },
  {
    id: "aria2",
    name: "aria2",
    program: "aria2c",
    args: ["-q", "--dry-run=true", "--max-tries=1", "--connect-timeout=15", "{url}"],
    limit: "aria2",
  },
];
