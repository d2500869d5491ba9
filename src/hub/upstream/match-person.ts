// Whom an identity from the upstream provider stands for here: who signed in with it before, who has the verified address, who was invited.
// In: an identity and an invitation, if one was brought. Out: a person, or a refusal that says what to do. Nobody gets in uninvited.
import { KeywardError } from "../../core/errors.ts";
import type { HubParts } from "../hub-parts.ts";
import { acceptInvite, findInvite } from "../people/invites.ts";
import { addUser, findUser, normalEmail } from "../people/people.ts";
import type { HubTransaction } from "../storage/storage.ts";
import type { InviteTable, UserTable } from "../storage/tables/people.ts";
import type { Identity } from "./upstream.ts";

export interface Arrival {
  readonly identity: Identity;
  /** Null: the person came to sign in. */
  readonly invitation: string | null;
}

/** @throws HUB_FORBIDDEN for a stranger, HUB_NOT_FOUND for an invitation that is over or for another address */
export async function matchPerson(tx: HubTransaction, hub: HubParts, { identity, invitation }: Arrival): Promise<UserTable> {
  const nowMs = hub.clock.nowMs();
  const known = await findPerson(tx, identity);
  if (invitation === null) {
    if (known === null) throw stranger(identity);
    return known;
  }
  const invite = await findInvite(tx, hub, invitation);
  if (invite === null || !isFor(invite, identity, known)) {
    throw new KeywardError("HUB_NOT_FOUND", "the invitation is over, was used, or is for another address", { hint: "ask for a new one" });
  }
  const user = known ?? (await addPerson(tx, identity, nowMs));
  await acceptInvite(tx, invite, { user, nowMs });
  return user;
}

async function findPerson(tx: HubTransaction, { subject, email }: Identity): Promise<UserTable | null> {
  const signedInBefore = await findUser(tx, "subject", subject);
  if (signedInBefore !== null || email === null) return signedInBefore;
  const sameAddress = await findUser(tx, "email", email);
  if (sameAddress === null) return null;
  if (sameAddress.subject !== null) {
    throw new KeywardError("HUB_FORBIDDEN", "the account with this address belongs to another identity of the sign-in provider", {
      hint: "ask whoever runs this hub",
    });
  }
  await tx.narrow({ key: sameAddress.user_id });
  // The password goes: who chose it may never have had the address, and the provider says who has.
  const change = { subject, password_hash: null };
  await tx.db.updateTable("user_account").set(change).where("user_id", "=", sameAddress.user_id).execute();
  return { ...sameAddress, ...change };
}

function isFor(invite: InviteTable, { email }: Identity, known: UserTable | null): boolean {
  return invite.email === null || [known?.email, email === null ? undefined : normalEmail(email)].includes(invite.email);
}

async function addPerson(tx: HubTransaction, { subject, email, name }: Identity, nowMs: number): Promise<UserTable> {
  if (email === null) {
    throw new KeywardError("HUB_FORBIDDEN", "the sign-in provider gave no verified e-mail address", {
      hint: "verify it there, and open the invitation again",
    });
  }
  return await addUser(tx, { email, name: name ?? email, passwordHash: null, subject, nowMs });
}

function stranger({ email }: Identity): KeywardError {
  const who = email === null ? "the sign-in provider gave no verified e-mail address, and you have" : `${email} has`;
  return new KeywardError("HUB_FORBIDDEN", `${who} no account at this hub`, { hint: "ask an admin of your workspace for an invitation" });
}
