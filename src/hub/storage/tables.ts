// The hub's tables as types. Which fence a table stands behind is in policies.ts, its SQL in steps/.
// Times are ms since the epoch, digests are hex, sealed bytes Buffers, lists and objects JSON text. No column holds in the clear what opens anything.
import type {
  ApiTokenTable,
  BrowserSessionTable,
  CredentialTable,
  DeviceCodeTable,
  DeviceTable,
  LastUseTable,
  SessionTable,
} from "./tables/access.ts";
import type { InviteTable, MembershipTable, TenantMemberTable, TenantTable, UserTable, WorkspaceTable } from "./tables/people.ts";
import type {
  AuditEventTable,
  ChangeCounterTable,
  GuessTable,
  IdempotencyTable,
  LeaseTable,
  MigrationTable,
  RootKeyTable,
  RunTable,
} from "./tables/record.ts";
import type { ConnectionTable, ProviderTable, SecretTable, SecretVersionTable } from "./tables/vault.ts";

export interface HubTables {
  tenant: TenantTable;
  workspace: WorkspaceTable;
  user_account: UserTable;
  tenant_member: TenantMemberTable;
  membership: MembershipTable;
  credential: CredentialTable;
  session: SessionTable;
  api_token: ApiTokenTable;
  last_use: LastUseTable;
  device_code: DeviceCodeTable;
  browser_session: BrowserSessionTable;
  invite: InviteTable;
  device: DeviceTable;
  secret: SecretTable;
  secret_version: SecretVersionTable;
  connection: ConnectionTable;
  provider: ProviderTable;
  run: RunTable;
  audit_event: AuditEventTable;
  idempotency: IdempotencyTable;
  change_counter: ChangeCounterTable;
  guess: GuessTable;
  lease: LeaseTable;
  root_key: RootKeyTable;
  schema_migration: MigrationTable;
}
