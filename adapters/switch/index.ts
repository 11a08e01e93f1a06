// The list of switch drivers; app/compose.ts finds the driver of a device row's `kind` here.
import type { SwitchDriver } from '../../core/ports/switch.js'
import { comware } from './comware/index.js'
import { snmp } from './snmp/index.js'
import { vrp } from './vrp/index.js'

/** Every driver, one line each. */
export const switchDrivers: readonly SwitchDriver[] = [snmp, vrp, comware]
