// Every source, in the order they are defined: of equal priorities the first goes. In: nothing.
// Out: data; nothing is read here.
import { amp } from "./sources/agents/amp.ts";
import { ampLegacy } from "./sources/agents/amp-legacy.ts";
import { claudeApiKey } from "./sources/agents/claude-api-key.ts";
import { claudeOauth } from "./sources/agents/claude-oauth.ts";
import { codex } from "./sources/agents/codex.ts";
import { crush } from "./sources/agents/crush.ts";
import { geminiCli } from "./sources/agents/gemini-cli.ts";
import { goose } from "./sources/agents/goose.ts";
import { kimiCode } from "./sources/agents/kimi-code.ts";
import { opencode } from "./sources/agents/opencode.ts";
import { pi } from "./sources/agents/pi.ts";
import { qwenCode } from "./sources/agents/qwen-code.ts";
import { amikaEnvCache } from "./sources/amika/amika-env-cache.ts";
import { amikaKeychain } from "./sources/amika/amika-keychain.ts";
import { amikaOauth } from "./sources/amika/amika-oauth.ts";
import { aider } from "./sources/assistants/aider.ts";
import { anthropicProfiles } from "./sources/assistants/anthropic-profiles.ts";
import { cline } from "./sources/assistants/cline.ts";
import { continueDev } from "./sources/assistants/continue.ts";
import { copilotIde } from "./sources/assistants/copilot-ide.ts";
import { cursorAgent } from "./sources/assistants/cursor-agent.ts";
import { huggingface } from "./sources/assistants/huggingface.ts";
import { simonwLlm } from "./sources/assistants/simonw-llm.ts";
import { aws } from "./sources/cloud/aws.ts";
import { awsSsoCache } from "./sources/cloud/aws-sso-cache.ts";
import { azureCli } from "./sources/cloud/azure-cli.ts";
import { civo } from "./sources/cloud/civo.ts";
import { doctl } from "./sources/cloud/doctl.ts";
import { gcloudAdc } from "./sources/cloud/gcloud-adc.ts";
import { hcloud } from "./sources/cloud/hcloud.ts";
import { linode } from "./sources/cloud/linode.ts";
import { scaleway } from "./sources/cloud/scaleway.ts";
import { vultr } from "./sources/cloud/vultr.ts";
import { circleci } from "./sources/code/circleci.ts";
import { gh } from "./sources/code/gh.ts";
import { gitCredentials } from "./sources/code/git-credentials.ts";
import { gitea } from "./sources/code/gitea.ts";
import { glab } from "./sources/code/glab.ts";
import { netrc } from "./sources/code/netrc.ts";
import { sentry } from "./sources/code/sentry.ts";
import { snyk } from "./sources/code/snyk.ts";
import { atlas } from "./sources/data/atlas.ts";
import { databricks } from "./sources/data/databricks.ts";
import { kaggle } from "./sources/data/kaggle.ts";
import { neonctl } from "./sources/data/neonctl.ts";
import { planetscale } from "./sources/data/planetscale.ts";
import { snowflake } from "./sources/data/snowflake.ts";
import { treasuredata } from "./sources/data/treasuredata.ts";
import { turso } from "./sources/data/turso.ts";
import { upstash } from "./sources/data/upstash.ts";
import { wandb } from "./sources/data/wandb.ts";
import { dotenv } from "./sources/environment/dotenv.ts";
import { expo } from "./sources/hosting/expo.ts";
import { fastly } from "./sources/hosting/fastly.ts";
import { firebase } from "./sources/hosting/firebase.ts";
import { fly } from "./sources/hosting/fly.ts";
import { heroku } from "./sources/hosting/heroku.ts";
import { netlify } from "./sources/hosting/netlify.ts";
import { ngrok } from "./sources/hosting/ngrok.ts";
import { railway } from "./sources/hosting/railway.ts";
import { render } from "./sources/hosting/render.ts";
import { supabase } from "./sources/hosting/supabase.ts";
import { vercel } from "./sources/hosting/vercel.ts";
import { wrangler } from "./sources/hosting/wrangler.ts";
import { akamai } from "./sources/infra/akamai.ts";
import { datadog } from "./sources/infra/datadog.ts";
import { doppler } from "./sources/infra/doppler.ts";
import { kubeconfig } from "./sources/infra/kubeconfig.ts";
import { octopus } from "./sources/infra/octopus.ts";
import { okta } from "./sources/infra/okta.ts";
import { pulumi } from "./sources/infra/pulumi.ts";
import { terraform } from "./sources/infra/terraform.ts";
import { vault } from "./sources/infra/vault.ts";
import { cargo } from "./sources/packages/cargo.ts";
import { docker } from "./sources/packages/docker.ts";
import { npm } from "./sources/packages/npm.ts";
import { poetry } from "./sources/packages/poetry.ts";
import { pypi } from "./sources/packages/pypi.ts";
import { rubygems } from "./sources/packages/rubygems.ts";
import { ohdear } from "./sources/services/ohdear.ts";
import { readme } from "./sources/services/readme.ts";
import { stripe } from "./sources/services/stripe.ts";
import { todoist } from "./sources/services/todoist.ts";
import { twilio } from "./sources/services/twilio.ts";
import { zapier } from "./sources/services/zapier.ts";
import type { Source } from "./source.ts";

export const SOURCES: readonly Source[] = [
  claudeApiKey,
  claudeOauth,
  codex,
  amikaEnvCache,
  amikaKeychain,
  amikaOauth,
  opencode,
  ampLegacy,
  amp,
  geminiCli,
  qwenCode,
  kimiCode,
  pi,
  crush,
  goose,
  aider,
  cline,
  cursorAgent,
  copilotIde,
  continueDev,
  simonwLlm,
  anthropicProfiles,
  huggingface,
  gh,
  glab,
  gitea,
  gitCredentials,
  netrc,
  circleci,
  sentry,
  snyk,
  npm,
  pypi,
  poetry,
  cargo,
  rubygems,
  docker,
  aws,
  awsSsoCache,
  gcloudAdc,
  azureCli,
  doctl,
  hcloud,
  linode,
  vultr,
  scaleway,
  civo,
  fastly,
  wrangler,
  fly,
  heroku,
  vercel,
  netlify,
  railway,
  supabase,
  render,
  firebase,
  expo,
  ngrok,
  neonctl,
  planetscale,
  turso,
  upstash,
  atlas,
  databricks,
  snowflake,
  kaggle,
  wandb,
  treasuredata,
  terraform,
  pulumi,
  vault,
  doppler,
  kubeconfig,
  datadog,
  okta,
  akamai,
  octopus,
  stripe,
  twilio,
  todoist,
  zapier,
  readme,
  ohdear,
  dotenv,
];
