// The playbooks the product ships, read once for a test file.
import { loadPlaybooks } from '../../adapters/content/load-playbooks.js'
import { contentFolder } from '../../app/folders.js'
import type { Playbook } from '../../core/ports/playbook.js'

let read: readonly Playbook[] | undefined

export function shippedPlaybooks(): readonly Playbook[] {
  return (read ??= loadPlaybooks([contentFolder]).playbooks)
}
