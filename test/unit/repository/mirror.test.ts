// Every source file that does something has a test at the same place below test/unit or test/integration, or stands in the list below
// with the test that covers it. The list may only shrink: an entry whose file is gone or has got its test must go as well.
import { describe, expect, it } from "vitest";
import { projectPaths, sourceFiles, type SourceFile } from "../../support/source-files.ts";

/** Source file → which test covers it instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "src/core/error-table.ts": "test/unit/repository/errors-in-docs.test.ts",
  "src/oauth/token-set.ts": "test/integration/oauth/hostile.test.ts",
  "src/providers/login/verify-target.ts": "test/unit/providers/lint/verify.test.ts",
  "src/daemon/oauth/keep-tokens.ts": "test/e2e/oauth-login.test.ts",
  "src/proxy/absolute-form.ts": "test/integration/proxy/admission.test.ts",
  "src/proxy/client/end-socket.ts": "test/integration/proxy/admission.test.ts",
  "src/proxy/client/http1-upgrade.ts": "test/integration/proxy/websocket.test.ts",
  "src/proxy/client/http1.ts": "test/integration/proxy/injection.test.ts",
  "src/proxy/client/http2-upgrade.ts": "test/integration/proxy/websocket.test.ts",
  "src/proxy/connect.ts": "test/integration/proxy/admission.test.ts",
  "src/proxy/exchange-server.ts": "test/integration/proxy/http2.test.ts",
  "src/proxy/inject/basic.ts": "test/unit/proxy/inject/kinds.test.ts",
  "src/proxy/inject/header.ts": "test/unit/proxy/inject/kinds.test.ts",
  "src/proxy/inject/kind.ts": "test/unit/proxy/inject/kinds.test.ts",
  "src/proxy/inject/query.ts": "test/unit/proxy/inject/kinds.test.ts",
  "src/proxy/inject/template.ts": "test/unit/proxy/inject/kinds.test.ts",
  "src/proxy/pipeline.ts": "test/integration/proxy/injection.test.ts",
  "src/proxy/start-proxy.ts": "test/integration/proxy/admission.test.ts",
  "src/proxy/steps/forward.ts": "test/integration/proxy/streaming.test.ts",
  "src/proxy/steps/freshen.ts": "test/unit/proxy/steps/inject-decisions.test.ts",
  "src/proxy/steps/inject.ts": "test/unit/proxy/steps/inject-decisions.test.ts",
  "src/proxy/steps/match.ts": "test/unit/proxy/steps/inject-decisions.test.ts",
  "src/proxy/steps/pick.ts": "test/unit/proxy/steps/inject-decisions.test.ts",
  "src/proxy/steps/respond.ts": "test/integration/proxy/streaming.test.ts",
  "src/proxy/steps/route.ts": "test/integration/proxy/admission.test.ts",
  "src/proxy/steps/terminate.ts": "test/integration/proxy/admission.test.ts",
  "src/proxy/strict/answer-heads.ts": "test/integration/proxy/hostile-answers.test.ts",
  "src/proxy/strict/http1-call.ts": "test/integration/proxy/lanes-agree.test.ts",
  "src/proxy/strict/raw-pool.ts": "test/integration/proxy/framing-corpus.test.ts",
  "src/proxy/strict/strict-exchange.ts": "test/integration/proxy/framing-corpus.test.ts",
  "src/proxy/strict/strict-lane.ts": "test/integration/proxy/framing-corpus.test.ts",
  "src/proxy/tunnel.ts": "test/integration/proxy/admission.test.ts",
  "src/proxy/upgrade.ts": "test/integration/proxy/websocket.test.ts",
  "src/proxy/upstream/dial.ts": "test/integration/proxy/admission.test.ts",
  "src/proxy/upstream/http2/http2-sessions.ts": "test/integration/proxy/http2.test.ts",
  "src/proxy/upstream/open-tcp.ts": "test/integration/proxy/admission.test.ts",
  "src/proxy/upstream/origin.ts": "test/integration/proxy/streaming.test.ts",
  "src/proxy/upstream/parent/parent-proxy.ts": "test/integration/proxy/parent-proxy.test.ts",
  "src/proxy/upstream/resolve.ts": "test/integration/proxy/admission.test.ts",
  "src/proxy/upstream/secure.ts": "test/integration/proxy/admission.test.ts",
  "src/proxy/upstream/upstreams.ts": "test/integration/proxy/injection.test.ts",
};

/** A function, a class or a constant that is one; types and plain data need no test of their own. */
function doesSomething({ text }: SourceFile): boolean {
  return /^(?:export )?(?:async )?function\*? |^(?:export )?(?:abstract )?class |^(?:export )?const \w+(?:: [^=]+)? = (?:async )?\(?[\w\s,:{}]*\)? ?(?:: [^=]+)?=> /m.test(
    text,
  );
}

function hasTwin(path: string): boolean {
  return ["unit", "integration"].some((kind) => tests.has(path.replace(/^src\//, `test/${kind}/`).replace(/\.ts$/, ".test.ts")));
}

const files = sourceFiles().filter(doesSomething);
const tests = new Set(projectPaths((path) => path.startsWith("test/")));

describe("the test mirror", () => {
  it("has a unit test for every source file with something to test", () => {
    const missing = files.map((file) => file.path).filter((path) => !hasTwin(path) && ELSEWHERE[path] === undefined);
    expect(missing).toEqual([]);
  });

  it("excuses only files that exist and have no test of their own", () => {
    const known = new Set(files.map((file) => file.path));
    expect(Object.keys(ELSEWHERE).filter((path) => !known.has(path) || hasTwin(path))).toEqual([]);
  });

  it("names a test that exists in every excuse", () => {
    expect(Object.entries(ELSEWHERE).filter(([, test]) => !tests.has(test))).toEqual([]);
  });

  it("has no unit test whose source file is gone", () => {
    const sources = new Set(sourceFiles().map((file) => file.path));
    const orphans = [...tests]
      .filter((path) => /^test\/unit\/(?!repository\/).*\.test\.ts$/.test(path))
      .filter((path) => !hasSource(path, sources));
    expect(orphans).toEqual([]);
  });
});

/** A test may be split by behaviour: `match.test.ts` or `match-wildcards.test.ts` beside `match.ts`. */
function hasSource(test: string, sources: ReadonlySet<string>): boolean {
  const stem = test.replace(/^test\/unit\//, "src/").replace(/\.test\.ts$/, "");
  if (sources.has(`${stem}.ts`)) return true;
  return [...sources].some((path) => path.endsWith(".ts") && stem.startsWith(`${path.slice(0, -3)}-`)) || isData(test);
}

/** test/unit/certs and test/unit/providers also hold the tests of the data files. */
function isData(test: string): boolean {
  return /^test\/unit\/(?:certs|providers)\//.test(test);
}
