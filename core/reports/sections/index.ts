// The sections of all reports, in the order of domain.md 15.3.
import type { Section } from '../section.js'
import { duty } from './duty.js'
import { keyIncidents } from './key-incidents.js'
import { overview } from './overview.js'
import { plan } from './plan.js'
import { toDo } from './to-do.js'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each section keeps its own data type to itself
export const sections: readonly Section<any>[] = [overview, toDo, keyIncidents, plan, duty]
