// How the rows of each kind are named in a declaration, and which of their columns is sealed; used by the planners.
import type { AuthorizationLetter, Device, Group, Person, Robot, Source } from '../tenant.js'
import type { DutyRota } from '../../duty/rota.js'
import type { Feed } from '../../intel/feed.js'
import type { RowKind } from './reconcile.js'

export const personKind: RowKind<Person> = {
  what: 'person',
  table: tables => tables.people,
  idOf: row => row.userId,
  nameOf: row => row.name,
}

export const staffKind: RowKind<Person> = { ...personKind, what: 'staff' }

export const groupKind: RowKind<Group> = {
  what: 'group',
  table: tables => tables.groups,
  idOf: row => row.chatId,
  nameOf: row => row.name,
  sealed: { column: 'webhook', context: 'group' },
}

export const roomKind: RowKind<Group> = { ...groupKind, what: 'room' }

export const robotKind: RowKind<Robot> = {
  what: 'robot',
  table: tables => tables.robots,
  idOf: row => row.name,
  nameOf: row => row.name,
  sealed: { column: 'secret', context: 'robot' },
}

export const sourceKind: RowKind<Source> = {
  what: 'source',
  table: tables => tables.sources,
  idOf: row => row.name,
  nameOf: row => row.name,
  fieldNames: { tokenHash: 'token', networks: 'from', paths: 'path' },
}

export const deviceKind: RowKind<Device> = {
  what: 'device',
  table: tables => tables.devices,
  idOf: row => row.name,
  nameOf: row => row.name,
  sealed: { column: 'credential', context: 'device' },
}

export const feedKind: RowKind<Feed> = {
  what: 'feed',
  table: tables => tables.intelFeeds,
  idOf: row => row.name,
  nameOf: row => row.name,
  fieldNames: { everySeconds: 'every' },
  sealed: { column: 'credential', context: 'feed' },
}

/** There is one rota. */
export const DUTY = 'duty'

export const dutyKind: RowKind<DutyRota> = {
  what: 'duty',
  table: tables => tables.dutyRotas,
  idOf: () => DUTY,
  nameOf: () => DUTY,
}

export const letterKind: RowKind<AuthorizationLetter> = {
  what: 'letter',
  table: tables => tables.letters,
  idOf: row => row.number,
  nameOf: row => row.number,
  fieldNames: { validFrom: 'from', validTo: 'to' },
}
