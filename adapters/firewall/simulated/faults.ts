// How a simulated device is made to fail, for tests and rehearsals; the switch is a file, so that another process can turn it.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** `lies`: it says that the change was made and makes none, which only reading back can reveal. */
export const simulatedFaults = ['unreachable', 'busy', 'refuses', 'lies'] as const
export type SimulatedFault = (typeof simulatedFaults)[number]

export const FAULT_FILE = 'fault'

/** Makes the device `name` below `folder` fail from now on, or work again with `null`. */
export async function setSimulatedFault(folder: string, name: string, fault: SimulatedFault | null): Promise<void> {
  const file = join(folder, name, FAULT_FILE)
  if (fault === null) return rm(file, { force: true })
  await mkdir(join(folder, name), { recursive: true })
  await writeFile(file, fault)
}
