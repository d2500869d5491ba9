// Opens profiles when they are needed and keeps them open: which one is meant, is it there, can it be unlocked.
// In: a name or null (the active one). Out: an UnlockedProfile, or the reason why not. Only the profile `default` is ever
// created on the way, and whoever asks next is told once where its key went.
import { type AuditLog, openAudit } from "../../audit/open-audit.ts";
import { readVariable } from "../../config/environment.ts";
import type { Paths } from "../../config/paths.ts";
import { loadSettings } from "../../config/settings-file.ts";
import type { Custody, ProfileInfo } from "../../control/protocol.ts";
import type { Clock } from "../../core/clock.ts";
import { KeywardError } from "../../core/errors.ts";
import { checkName } from "../../core/names.ts";
import { Secret } from "../../core/secret.ts";
import type { ProfileContent } from "../../store/backup/profile-content.ts";
import { replaceProfile } from "../../store/backup/replace-profile.ts";
import { createProfile } from "../../store/create-profile.ts";
import { createKey } from "../../store/custody/create-key.ts";
import type { CustodySources } from "../../store/custody/custody.ts";
import { readCustody } from "../../store/custody/descriptor.ts";
import { obtainKey } from "../../store/custody/obtain-key.ts";
import { rewrapKey } from "../../store/custody/rewrap-key.ts";
import { deleteProfile } from "../../store/delete-profile.ts";
import { listProfiles } from "../../store/list-profiles.ts";
import { openProfile } from "../../store/open-profile.ts";
import { profileFiles } from "../../store/profile-files.ts";
import type { ProfileStore } from "../../store/profile-store.ts";
import { auditLimits } from "./audit-limits.ts";
import { auditSeal } from "./audit-seal.ts";
import { certificatePath, ensureAuthority, writeCertificate } from "./authority-file.ts";
import { UnlockedProfile } from "./unlocked-profile.ts";

export interface ProfilesOptions {
  readonly paths: Paths;
  readonly clock: Clock;
  /** A profile was opened: its runs of before may live. */
  readonly onOpen: (profile: UnlockedProfile) => Promise<void>;
  /** A profile is about to be closed: what is being written into it must be written first. It cannot be found any more. */
  readonly onClose?: (profile: UnlockedProfile) => Promise<void>;
}

interface NewProfile {
  readonly custody: "keychain" | "passphrase" | "file" | null;
  readonly passphrase: string | null;
  readonly content?: ProfileContent;
}

const AUTOMATIC = "default";

export class Profiles {
  readonly #options: ProfilesOptions;
  readonly #open = new Map<string, UnlockedProfile>();
  readonly #queue = new Map<string, Promise<unknown>>();
  readonly #notices = new Map<string, string>();

  constructor(options: ProfilesOptions) {
    this.#options = options;
  }

  /** @throws NAME_INVALID, SETTINGS_CORRUPT */
  nameOf(requested: string | null): string {
    return checkName("profile", requested ?? loadSettings(this.#options.paths).profile);
  }

  /** null = config.json cannot be read, so nobody knows. */
  activeName(): string | null {
    try {
      return this.nameOf(null);
    } catch (error) {
      if (error instanceof KeywardError) return null;
      throw error;
    }
  }

  opened(): UnlockedProfile[] {
    return [...this.#open.values()];
  }

  isOpen(name: string): boolean {
    return this.#open.has(name);
  }

  exists(name: string): boolean {
    return listProfiles(this.#directory).includes(name);
  }

  /** null while the profile `default` was never needed. @throws PROFILE_UNKNOWN, PROFILE_LOCKED, STORE_* */
  async find(requested: string | null): Promise<UnlockedProfile | null> {
    const name = this.nameOf(requested);
    if (name === AUTOMATIC && !this.#open.has(name) && !this.exists(name)) return null;
    return this.#inTurn(name, () => this.#unlock(name, null));
  }

  /** Creates the profile `default` where there is none. @throws as find */
  async ensure(requested: string | null): Promise<UnlockedProfile> {
    const name = this.nameOf(requested);
    return this.#inTurn(name, async () => {
      if (name !== AUTOMATIC || this.#open.has(name) || this.exists(name)) return this.#unlock(name, null);
      return this.#create(name, { custody: null, passphrase: null });
    });
  }

  /** Where the key of a profile made on the way is kept, once. */
  takeNotice(name: string): string | null {
    const notice = this.#notices.get(name) ?? null;
    this.#notices.delete(name);
    return notice;
  }

  /** Empty, or with what a backup holds. @throws PROFILE_EXISTS */
  create(requested: string | null, how: NewProfile): Promise<ProfileInfo> {
    const name = this.nameOf(requested);
    return this.#inTurn(name, async () => {
      if (this.exists(name))
        throw new KeywardError("PROFILE_EXISTS", `profile '${name}' is already there`, { hint: `keyward profile use ${name}` });
      await this.#create(name, how);
      // Whoever creates a profile on purpose reads its custody from the answer.
      this.#notices.delete(name);
      return this.describe(name);
    });
  }

  /** What a backup holds takes the place of everything in a profile; its key stays. A passphrase opens a locked one. */
  replace(requested: string | null, how: NewProfile & { readonly content: ProfileContent }): Promise<ProfileInfo> {
    const name = this.nameOf(requested);
    return this.#inTurn(name, async () => {
      this.#requireExisting(name);
      const open = this.#open.get(name);
      const key = open === undefined ? await obtainKey(this.#sources(name, how.passphrase)) : Buffer.from(open.key);
      await this.#settleAndClose(name);
      const store = replaceProfile({ directory: this.#directory, name, key, clock: this.#options.clock }, how.content);
      const profile = await this.#enter(store, key, this.#custodyOf(name));
      if (how.custody !== null) profile.custody = await rewrapKey({ ...this.#sources(name, how.passphrase), key, custody: how.custody });
      return this.describe(name);
    });
  }

  unlock(requested: string | null, passphrase: string): Promise<ProfileInfo> {
    const name = this.nameOf(requested);
    return this.#inTurn(name, async () => {
      await this.#unlock(name, passphrase);
      return this.describe(name);
    });
  }

  /** Forgets the key; only a passphrase keeps it away from the next command. */
  lock(requested: string | null): Promise<ProfileInfo> {
    const name = this.nameOf(requested);
    return this.#inTurn(name, async () => {
      this.#requireExisting(name);
      await this.#settleAndClose(name);
      return this.describe(name);
    });
  }

  delete(requested: string | null): Promise<void> {
    const name = this.nameOf(requested);
    return this.#inTurn(name, async () => {
      await this.#settleAndClose(name);
      this.#notices.delete(name);
      await deleteProfile(this.#directory, name, useKeychain());
    });
  }

  rekey(requested: string | null, to: { custody: "keychain" | "passphrase" | "file"; passphrase: string | null }): Promise<ProfileInfo> {
    const name = this.nameOf(requested);
    return this.#inTurn(name, async () => {
      const profile = await this.#unlock(name, null);
      profile.custody = await rewrapKey({ ...this.#sources(name, to.passphrase), key: profile.key, custody: to.custody });
      this.#notices.delete(name);
      return this.describe(name);
    });
  }

  list(): ProfileInfo[] {
    return listProfiles(this.#directory).map((name) => this.describe(name));
  }

  describe(name: string): ProfileInfo {
    const custody = this.#open.get(name)?.custody ?? this.#custodyOf(name);
    const locked = !this.#open.has(name) && custody === "passphrase";
    const active = name === this.activeName();
    return { name, active, state: locked ? "locked" : "unlocked", custody, path: profileFiles(this.#directory, name).database };
  }

  closeAll(): void {
    for (const name of this.#open.keys()) this.#close(name);
  }

  get #directory(): string {
    return this.#options.paths.profiles;
  }

  /** A damaged descriptor shows when the profile is opened; a list goes on without it. */
  #custodyOf(name: string): Custody {
    try {
      return readCustody(this.#directory, name) ?? "file";
    } catch {
      return "file";
    }
  }

  #requireExisting(name: string): void {
    if (this.exists(name)) return;
    const hint = name === AUTOMATIC ? "keyward profile create" : `keyward profile create ${name}`;
    throw new KeywardError("PROFILE_UNKNOWN", `there is no profile '${name}'`, { hint });
  }

  async #unlock(name: string, passphrase: string | null): Promise<UnlockedProfile> {
    const open = this.#open.get(name);
    if (open !== undefined) return open;
    this.#requireExisting(name);
    const key = await obtainKey(this.#sources(name, passphrase));
    const store = openProfile({ directory: this.#directory, name, key, clock: this.#options.clock });
    return this.#enter(store, key, this.#custodyOf(name));
  }

  async #create(name: string, how: NewProfile): Promise<UnlockedProfile> {
    const sources = this.#sources(name, how.passphrase);
    const { key, custody } = await createKey({ ...sources, custody: how.custody });
    const content = how.content === undefined ? {} : { content: how.content };
    const store = createProfile({ directory: this.#directory, name, key, clock: this.#options.clock, ...content });
    if (custody === "file") this.#notices.set(name, keptInFile(name, profileFiles(this.#directory, name).key));
    return this.#enter(store, key, custody);
  }

  async #enter(store: ProfileStore, key: Buffer, custody: Custody): Promise<UnlockedProfile> {
    const { clock, paths } = this.#options;
    let audit: AuditLog | null = null;
    try {
      const seal = auditSeal(store);
      audit = openAudit({ path: profileFiles(this.#directory, store.name).audit, clock, seal, limits: () => auditLimits(paths) });
      const authority = ensureAuthority(store, clock.nowMs());
      const certificate = certificatePath(paths, store.name);
      writeCertificate(certificate, authority);
      const profile = new UnlockedProfile({ store, key, custody, audit, seal, authority, certificatePath: certificate, clock });
      this.#open.set(store.name, profile);
      await this.#options.onOpen(profile);
      return profile;
    } catch (error) {
      this.#open.delete(store.name);
      audit?.close();
      store.close();
      throw error;
    }
  }

  #close(name: string): void {
    const profile = this.#open.get(name);
    this.#open.delete(name);
    profile?.close();
  }

  /** Tokens under way would be lost with the key, and the old ones are worth nothing any more. */
  async #settleAndClose(name: string): Promise<void> {
    const profile = this.#open.get(name);
    this.#open.delete(name);
    if (profile === undefined) return;
    await this.#options.onClose?.(profile);
    profile.close();
  }

  #sources(name: string, passphrase: string | null): CustodySources {
    const external = { keyFile: readVariable("KEYWARD_KEY_FILE") ?? null, keyCommand: readVariable("KEYWARD_KEY_COMMAND") ?? null };
    const secret = passphrase === null || passphrase === "" ? null : new Secret(passphrase);
    return { directory: this.#directory, name, passphrase: secret, external, keychain: useKeychain() };
  }

  /** One at a time per profile: two first commands must not create it twice. */
  #inTurn<T>(name: string, action: () => Promise<T>): Promise<T> {
    const before = this.#queue.get(name) ?? Promise.resolve();
    const turn = before.then(action, action);
    this.#queue.set(name, turn);
    turn
      .catch(() => undefined)
      .finally(() => {
        if (this.#queue.get(name) === turn) this.#queue.delete(name);
      });
    return turn;
  }
}

function useKeychain(): boolean {
  return readVariable("KEYWARD_KEYCHAIN")?.toLowerCase() !== "off";
}

function keptInFile(name: string, path: string): string {
  const reason = useKeychain() ? "no OS keychain answered" : "the OS keychain is switched off";
  return `${reason}; the key of profile '${name}' is kept in ${path} (0600). To use a passphrase: keyward profile rekey --custody passphrase`;
}
