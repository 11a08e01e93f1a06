// All migrations, oldest first. A merged migration is never edited.
import { InitialSchema1795500000000 } from './1795500000000-initial-schema.js'
import { DeliveryRoads1795600000000 } from './1795600000000-delivery-roads.js'
import { SourceHealth1795700300000 } from './1795700300000-source-health.js'

export const migrations = [InitialSchema1795500000000, DeliveryRoads1795600000000, SourceHealth1795700300000] as const
