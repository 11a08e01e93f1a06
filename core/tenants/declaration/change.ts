// One difference between what is declared and what is there: shown by the CLI, kept in the audit trail.

export type ChangeKind = 'create' | 'update' | 'remove'
export type ChangedThing = 'tenant' | 'person' | 'staff' | 'group' | 'room' | 'robot' | 'source' | 'device' | 'letter' | 'feed' | 'duty'

export interface Change {
  readonly kind: ChangeKind
  readonly what: ChangedThing
  /** Tenant code; `platform` for what all tenants share. */
  readonly tenant: string
  /** As the file names it: userid, chatid, name or number. */
  readonly id: string
  /** For people to read. */
  readonly name: string
  /** Names of the changed keys of an update, as in the file; never their values. */
  readonly fields: readonly string[]
}
