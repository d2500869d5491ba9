// Hosts in other tools' files → whose credential it is. In: a host or an address. Out: a provider of keyward's, or null. Pure.

const PROVIDERS: Readonly<Record<string, string>> = {
  "github.com": "github",
  "api.github.com": "github",
  "ghcr.io": "github",
  "gitlab.com": "gitlab",
  "registry.gitlab.com": "gitlab",
  "bitbucket.org": "bitbucket",
  "huggingface.co": "huggingface",
  "api.heroku.com": "heroku",
  "git.heroku.com": "heroku",
  "api.wandb.ai": "wandb",
  "registry.digitalocean.com": "digitalocean",
};

export function providerOfHost(host: string): string | null {
  const name = host.toLowerCase();
  return Object.hasOwn(PROVIDERS, name) ? (PROVIDERS[name] ?? null) : null;
}

/** `https://acme.okta.com/` → `acme.okta.com`; a bare host stays, with its port. null when it is neither. */
export function hostOf(address: string): string | null {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address}`;
  return URL.canParse(url) ? new URL(url).host || null : null;
}
