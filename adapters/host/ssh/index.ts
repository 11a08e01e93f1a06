// Linux hosts over SSH; listed in adapters/host/index.ts.
import { z } from 'zod'
import { defineHost, type HostDriver } from '../../../core/ports/host.js'
import { LinuxPlace, readLinuxPlace } from '../../shared/linux-address.js'
import { makeLinuxRun } from '../../shared/linux-run.js'
import type { EvidenceStore } from './evidence-folder.js'
import { SshHost } from './ssh-host.js'

const SshHostConfig = z.object({ place: LinuxPlace })
type SshHostConfig = z.infer<typeof SshHostConfig>

export function makeSshHost(evidence: EvidenceStore): HostDriver<SshHostConfig> {
  return defineHost<SshHostConfig>({
    id: 'host-ssh',
    title: 'Linux 主机（SSH）',
    config: SshHostConfig,
    configure: context => ({ place: readLinuxPlace(context) }),
    connect: ({ place }) => new SshHost(place, makeLinuxRun(place), evidence),
  })
}
