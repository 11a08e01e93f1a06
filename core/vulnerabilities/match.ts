// Is this software touched by this vulnerability? The distribution's own data decides first, then the NVD's configurations; every answer says why.
import { ANY, NA, compareAttribute, parseCpe, unescaped, type Cpe, type Relation } from './cpe.js'
import { compareVersions, schemeOfEcosystem } from './versions/compare.js'
import type {
  AffectedPackage,
  CpeConfiguration,
  CpeMatch,
  CpeNode,
  InstalledPackage,
  Software,
  Verdict,
  VulnRecord,
} from './vulnerability.js'

/** @param records everything known of one vulnerability, from all sources */
export function matchVulnerability(records: readonly VulnRecord[], software: Software): Verdict {
  const byPackage = software.package ? matchPackage(records, software.package) : undefined
  if (byPackage)
    return { ...byPackage, confidence: software.knownFrom === 'banner' && byPackage.verdict === 'affected' ? 2 : byPackage.confidence }
  const configurations = records.flatMap(record => record.configurations)
  if (configurations.length === 0)
    return records.some(record => record.packages.length > 0)
      ? { verdict: 'unknown', confidence: 0, why: '只有软件包数据，主机的软件包清单未知' }
      : { verdict: 'not-analysed', confidence: 0, why: '收录方尚未给出受影响产品' }
  return matchConfigurations(configurations, software)
}

// ---- packages

function matchPackage(records: readonly VulnRecord[], installed: InstalledPackage): Verdict | undefined {
  const affected = records.flatMap(record => record.packages).filter(item => samePackage(item, installed))
  if (affected.length === 0) return undefined
  const scheme = schemeOfEcosystem(installed.ecosystem)
  const order = (a: string, b: string): number => compareVersions(alike(a, b, scheme), alike(b, a, scheme), scheme)
  const inside = affected.filter(item => !item.notAffected).filter(item => isInside(item, installed.version, order))
  const name = `${installed.ecosystem} ${installed.name} ${installed.version}`
  if (inside.length > 0) {
    const fixed = inside.flatMap(item => item.ranges.flatMap(range => range.fixed ?? []))[0]
    return { verdict: 'affected', confidence: 3, why: `${name}：发行版${fixed === undefined ? '尚未修复' : `在 ${fixed} 修复`}` }
  }
  return { verdict: 'not-affected', confidence: 3, why: `${name}：发行版认定不受影响或已修复` }
}

function samePackage(item: AffectedPackage, installed: InstalledPackage): boolean {
  return item.name.toLowerCase() === installed.name.toLowerCase() && item.ecosystem.toLowerCase() === installed.ecosystem.toLowerCase()
}

/** A banner does not tell the epoch: then the other side's is taken. */
function alike(version: string, other: string, scheme: string): string {
  if (scheme !== 'deb' && scheme !== 'rpm') return version
  const epoch = /^(\d+):/.exec(other)?.[0]
  return epoch !== undefined && !/^\d+:/.test(version) && version !== '0' ? `${epoch}${version}` : version
}

function isInside(item: AffectedPackage, version: string, order: (a: string, b: string) => number): boolean {
  if (item.versions.some(listed => order(listed, version) === 0)) return true
  return item.ranges.some(
    ({ introduced, fixed, lastAffected }) =>
      (introduced === '0' || order(version, introduced) >= 0) &&
      (fixed === undefined || order(version, fixed) < 0) &&
      (lastAffected === undefined || order(version, lastAffected) <= 0),
  )
}

// ---- configurations of the NVD

const linux = new Set([
  'debian:debian_linux',
  'canonical:ubuntu_linux',
  'fedoraproject:fedora',
  'redhat:enterprise_linux',
  'opensuse:leap',
  'suse:linux_enterprise_server',
  'centos:centos',
  'oracle:linux',
  'amazon:linux',
  'gentoo:linux',
  'alpinelinux:alpine_linux',
  'fedoraproject:extra_packages_for_enterprise_linux',
])

interface Answer {
  readonly relation: Relation
  readonly vulnerable: boolean
  /** The version was compared, not just the product. */
  readonly versioned: boolean
  readonly why: string
}

const no: Answer = { relation: 'disjoint', vulnerable: false, versioned: false, why: '' }

export function matchConfigurations(configurations: readonly CpeConfiguration[], software: Software): Verdict {
  const all = configurations.flatMap(item => item.nodes.flatMap(node => node.cpeMatch))
  const namesApplication = all.some(item => item.vulnerable && parseCpe(item.criteria)?.part === 'a')
  let best: Verdict = { verdict: 'not-affected', confidence: 2, why: '没有任何受影响配置与之相符' }
  for (const configuration of configurations) {
    // Distributions repair in their own versions: that a release is listed says nothing about the package on it.
    if (namesApplication && everyMatch(configuration, item => isLinux(item.criteria))) continue
    if (isPackagingFault(configuration)) {
      if (touches(configuration, software) && best.verdict === 'not-affected')
        best = { verdict: 'unknown', confidence: 0, why: '这是发行版打包的问题，只能由发行版软件包版本判断' }
      continue
    }
    const answer = evaluate(configuration, software)
    if (answer.relation === 'disjoint' || !answer.vulnerable) continue
    const confidence = !answer.versioned ? 0 : answer.relation === 'unknown' || software.knownFrom === 'banner' ? 1 : 2
    if (best.verdict !== 'affected' || confidence > best.confidence) best = { verdict: 'affected', confidence, why: answer.why }
  }
  return best
}

const everyMatch = (configuration: CpeConfiguration, test: (item: CpeMatch) => boolean): boolean =>
  configuration.nodes.every(node => node.cpeMatch.every(test))

function isLinux(criteria: string): boolean {
  const cpe = parseCpe(criteria)
  return cpe?.part === 'o' && linux.has(`${cpe.vendor}:${cpe.product}`)
}

/** An application without any version AND a distribution: not the application is at fault, but how it was packed. */
function isPackagingFault(configuration: CpeConfiguration): boolean {
  if (configuration.operator !== 'AND') return false
  const applications = configuration.nodes.filter(node => node.cpeMatch.some(item => parseCpe(item.criteria)?.part === 'a'))
  const systems = configuration.nodes.filter(node => node.cpeMatch.length > 0 && node.cpeMatch.every(item => isLinux(item.criteria)))
  return (
    systems.length > 0 &&
    applications.length > 0 &&
    applications.every(node => node.cpeMatch.every(item => parseCpe(item.criteria)?.version === NA))
  )
}

function touches(configuration: CpeConfiguration, software: Software): boolean {
  return configuration.nodes.some(node =>
    node.cpeMatch.some(item => {
      const cpe = parseCpe(item.criteria)
      return cpe?.part === 'a' && software.cpes.some(own => own.vendor === cpe.vendor && own.product === cpe.product)
    }),
  )
}

function evaluate(configuration: CpeConfiguration, software: Software): Answer {
  const answers = configuration.nodes.map(node => evaluateNode(node, software))
  const joined = configuration.operator === 'AND' ? every(answers) : some(answers)
  return configuration.negate === true ? negated(joined) : joined
}

function evaluateNode(node: CpeNode, software: Software): Answer {
  const answers = node.cpeMatch.map(item => evaluateMatch(item, software))
  const joined = node.operator === 'AND' ? every(answers) : some(answers)
  return node.negate === true ? negated(joined) : joined
}

function some(answers: readonly Answer[]): Answer {
  const found = answers.filter(item => item.relation !== 'disjoint')
  const rank = (item: Answer): number => (item.vulnerable ? 4 : 0) + (item.relation === 'match' ? 2 : 0) + (item.versioned ? 1 : 0)
  return found.sort((a, b) => rank(b) - rank(a))[0] ?? no
}

function every(answers: readonly Answer[]): Answer {
  if (answers.length === 0 || answers.some(item => item.relation === 'disjoint')) return no
  const vulnerable = answers.filter(item => item.vulnerable)
  return {
    relation: answers.every(item => item.relation === 'match') ? 'match' : 'unknown',
    vulnerable: vulnerable.length > 0,
    versioned: vulnerable.length > 0 && vulnerable.every(item => item.versioned),
    why: answers
      .map(item => item.why)
      .filter(text => text !== '')
      .join('；且'),
  }
}

function negated(answer: Answer): Answer {
  return answer.relation === 'disjoint'
    ? { relation: 'match', vulnerable: true, versioned: true, why: '不属于排除范围' }
    : answer.relation === 'match'
      ? no
      : answer
}

function evaluateMatch(item: CpeMatch, software: Software): Answer {
  const criterion = parseCpe(item.criteria)
  if (!criterion) return no
  const answers = software.cpes.map(own => compareSoftware(criterion, own, item))
  const known = some(answers)
  if (known.relation !== 'disjoint') return { ...known, vulnerable: item.vulnerable }
  // Of the system or the hardware nothing may be known: then the condition is neither met nor failed.
  const samePart = software.cpes.some(own => own.part === criterion.part)
  return !samePart && criterion.part !== 'a'
    ? { relation: 'unknown', vulnerable: item.vulnerable, versioned: false, why: `${criterion.vendor}:${criterion.product} 的条件未知` }
    : no
}

/** One criterion against one name of the asset, versions by range or exactly. */
export function compareSoftware(criterion: Cpe, own: Cpe, range: Omit<CpeMatch, 'vulnerable' | 'criteria'> = {}): Answer {
  const hasRange = [range.versionStartIncluding, range.versionStartExcluding, range.versionEndIncluding, range.versionEndExcluding].some(
    item => item !== undefined,
  )
  let relation: Relation = 'match'
  const attributes = ['part', 'vendor', 'product', 'edition', 'language', 'swEdition', 'targetSw', 'targetHw', 'other'] as const
  for (const name of attributes) {
    const found = compareAttribute(criterion[name], own[name])
    if (found === 'disjoint') return no
    if (found === 'unknown') relation = 'unknown'
  }
  const product = `${criterion.vendor}:${criterion.product}`
  const answer = (versionRelation: Relation, versioned: boolean, why: string): Answer =>
    versionRelation === 'disjoint'
      ? no
      : { relation: relation === 'unknown' || versionRelation === 'unknown' ? 'unknown' : 'match', vulnerable: true, versioned, why }
  if (own.version === ANY)
    return hasRange || criterion.version !== ANY
      ? answer('unknown', false, `${product} 的版本未知`)
      : answer('match', false, `${product} 全部版本`)
  if (own.version === NA) return hasRange ? no : answer(compareAttribute(criterion.version, NA), false, `${product} 无版本`)
  if (hasRange) {
    const inside = inRange(own, range)
    return inside ? answer('match', true, `${product} ${shown(own)} 在 ${rangeText(range)} 内`) : no
  }
  if (criterion.version === ANY) return answer(compareAttribute(criterion.update, own.update), true, `${product} 全部版本`)
  const spellings = spellingsOf(own)
  const exact = spellings.find(
    spelling =>
      compareAttribute(criterion.version, spelling.version) === 'match' &&
      compareAttribute(criterion.update, spelling.update) !== 'disjoint' &&
      !(spelling.whole && criterion.update !== ANY && spelling.update === ANY),
  )
  return exact ? answer(compareAttribute(criterion.update, exact.update), true, `${product} 正是 ${shown(own)}`) : no
}

interface Spelling {
  readonly version: string
  readonly update: string
  /** The patch was not split off. */
  readonly whole: boolean
}

const PATCH = /^(\d[\d.]*)[-_.]?((?:p|pl|patch|sp|u|r|rc|beta|alpha|milestone|m|b|a)[-_.]?\d+)$/

/** `9.2p1` is version 9.2 with update p1; some records write it in one. */
function spellingsOf(own: Cpe): Spelling[] {
  const version = unescaped(own.version)
  const update = own.update
  if (update !== ANY && update !== NA) return [{ version, update, whole: false }]
  const split = PATCH.exec(version)
  if (!split)
    return [
      { version, update: update === ANY ? NA : update, whole: false },
      { version, update, whole: true },
    ]
  const patch = unescaped(split[2] ?? '')
    .replace(/[-_.]/g, '')
    .replace(/^m(?=\d)/, 'milestone')
  return [
    { version: split[1] ?? version, update: patch, whole: false },
    { version, update, whole: true },
  ]
}

function inRange(own: Cpe, range: Omit<CpeMatch, 'vulnerable' | 'criteria'>): boolean {
  const spelling = spellingsOf(own)[0] ?? { version: unescaped(own.version), update: ANY, whole: true }
  // A pre-release lies before its number; a patch belongs to it.
  const early = /^(?:rc|beta|alpha|milestone|b|a)/.test(spelling.update)
  const version = early ? `${spelling.version}-${spelling.update}` : spelling.version
  const order = (bound: string): number => compareVersions(version, bound)
  const {
    versionStartIncluding: fromIncluding,
    versionStartExcluding: fromExcluding,
    versionEndIncluding: toIncluding,
    versionEndExcluding: toExcluding,
  } = range
  return (
    (fromIncluding === undefined || order(fromIncluding) >= 0) &&
    (fromExcluding === undefined || order(fromExcluding) > 0) &&
    (toIncluding === undefined || order(toIncluding) <= 0) &&
    (toExcluding === undefined || order(toExcluding) < 0)
  )
}

function rangeText({
  versionStartIncluding,
  versionStartExcluding,
  versionEndIncluding,
  versionEndExcluding,
}: Omit<CpeMatch, 'vulnerable' | 'criteria'>): string {
  return [
    versionStartIncluding === undefined ? '' : `≥ ${versionStartIncluding}`,
    versionStartExcluding === undefined ? '' : `> ${versionStartExcluding}`,
    versionEndIncluding === undefined ? '' : `≤ ${versionEndIncluding}`,
    versionEndExcluding === undefined ? '' : `< ${versionEndExcluding}`,
  ]
    .filter(text => text !== '')
    .join(' 且 ')
}

const shown = (own: Cpe): string => `${unescaped(own.version)}${own.update === ANY || own.update === NA ? '' : ` ${unescaped(own.update)}`}`
