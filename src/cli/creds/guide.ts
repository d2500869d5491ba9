// The text of `creds guide`: how credentials come to keyward by hand, in CI and in a company. Words only.
export const GUIDE = `# Credentials: the playbook

## Manual: one person, one machine

1. See what a program needs:              keyward creds list --provider openai
2. Store the key; a form opens:           keyward login openai
   or from where it already is:           keyward creds import .env
                                          keyward creds set OPENAI_API_KEY
3. Check that nothing is missing:         keyward creds check
4. Run the program; it gets placeholders: keyward run -- node agent.js
5. Delete what step 2 left behind: the .env file, the line in your shell's startup file.

A second key of one provider: keyward login openai --connection work
A project that says what it needs: keyward init, then commit keyward.json.

## CI: nobody to ask, nothing to keep

1. Keep the keys where your CI keeps secrets, and hand them to one step as variables.
2. Check first; it ends with 7 when one is missing:
                                          keyward creds check --provider openai
3. Take the values out of the environment for one run; nothing is written to disk:
                                          keyward run --from-env OPENAI_API_KEY,GITHUB_TOKEN -- npm test
   KEYWARD_EPHEMERAL=1 makes every command use a profile that lives in memory and ends with it.
4. Variables with a stage in front:       keyward creds check --env-prefix STAGING

No prompt and no browser with CI, GITHUB_ACTIONS or KEYWARD_CI=1: a command that would ask ends with 4 and
says what to pass instead. See docs/ci.md.

## Enterprise: a team, a policy, a network of its own

1. Share connections from a hub; nobody copies a key: keyward hub serve, then keyward auth login --hub URL
2. Keep keys where the company keeps them (1Password, HashiCorp Vault, a command): the vault refers to them.
3. Rules that only narrow go into keyward.json, which is reviewed like code and allowed once: keyward allow
4. Machines without a way out:            keyward creds check --air-gap
   A company's proxy and roots:           keyward config set upstream.proxy URL
                                          keyward config set upstream.ca_file FILE
5. Know what was done with the keys:      keyward audit list, keyward audit export
6. A key that leaked: replace it at the provider, then keyward login PROVIDER --force

Never: a key as an argument, in a repository, in an image, in a log. keyward takes none of the first and
prints none of the last.
`;
