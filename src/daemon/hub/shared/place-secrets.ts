// Names of shared secrets in the profile's own vault, so that whatever refers to a secret finds those of the team as well. The vault keeps no
// value of them but a reference (`hub:ID`), which is read from the cache when it is needed.
// In: what the hub shared before and shares now. Out: vault entries. A secret of the user's own with that scope and name stays and wins.
import type { UnlockedProfile } from "../../profiles/unlocked-profile.ts";
import type { CachedSecret, HubCache } from "../hub-link.ts";

export function hubReference(id: string): string {
  return `hub:${id}`;
}

export function placeSecrets(profile: UnlockedProfile, before: HubCache["secrets"], now: HubCache["secrets"]): void {
  const { secrets } = profile.store;
  const gone = Object.entries(before).filter(([id, { name, scope }]) => {
    const next = now[id];
    return next === undefined || next.name !== name || next.scope !== scope;
  });
  for (const [id, secret] of gone) if (isPlaced(profile, id, secret)) secrets.remove(secret);
  const fresh = Object.entries(now).filter(([id, secret]) => {
    const there = secrets.find(secret);
    return there === null || (there.reference === hubReference(id) && before[id]?.version !== secret.version);
  });
  secrets.put(fresh.map(([id, { name, scope }]) => ({ name, scope, content: { reference: hubReference(id) } })));
  if (gone.length + fresh.length > 0) profile.changed();
}

function isPlaced({ store }: UnlockedProfile, id: string, secret: CachedSecret): boolean {
  return store.secrets.find(secret)?.reference === hubReference(id);
}
