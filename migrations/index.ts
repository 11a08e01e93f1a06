// All migrations, oldest first. A merged migration is never edited.
import { InitialSchema1795500000000 } from './1795500000000-initial-schema.js'

export const migrations = [InitialSchema1795500000000] as const
