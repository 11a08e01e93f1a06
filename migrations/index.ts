// All migrations, oldest first. A merged migration is never edited.
import { InitialSchema1795500000000 } from './1795500000000-initial-schema.js'
import { DeliveryRoads1795600000000 } from './1795600000000-delivery-roads.js'
import { Findings1796100000000 } from './1796100000000-findings.js'

export const migrations = [InitialSchema1795500000000, DeliveryRoads1795600000000, Findings1796100000000] as const
