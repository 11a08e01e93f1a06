// Which order of versions holds for what: packages by their ecosystem, everything else as upstream writes it.
import { compareDebian } from './debian.js'
import { compareRpm } from './rpm.js'
import { compareSemver } from './semver.js'
import { compareUpstream } from './upstream.js'

export type VersionScheme = 'deb' | 'rpm' | 'semver' | 'upstream'

export function compareVersions(a: string, b: string, scheme: VersionScheme = 'upstream'): number {
  switch (scheme) {
    case 'deb':
      return compareDebian(a, b)
    case 'rpm':
      return compareRpm(a, b)
    case 'semver':
      return compareSemver(a, b)
    case 'upstream':
      return compareUpstream(a, b)
  }
}

/** Ecosystems as OSV names them. */
export function schemeOfEcosystem(ecosystem: string): VersionScheme {
  const name = ecosystem.split(':')[0]?.toLowerCase() ?? ''
  if (['debian', 'ubuntu'].includes(name)) return 'deb'
  if (['red hat', 'rocky linux', 'almalinux', 'opensuse', 'suse', 'opencloudos', 'openeuler', 'mageia', 'azure linux'].includes(name))
    return 'rpm'
  if (['npm', 'crates.io', 'go', 'hex', 'pub', 'swifturl', 'nuget', 'packagist'].includes(name)) return 'semver'
  return 'upstream'
}
