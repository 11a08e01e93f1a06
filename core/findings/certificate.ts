// A closure certificate: what was found, what was asked again, by which check, with what answer, sealed by a hash anybody can recompute. Pure; retests.ts issues it.
import { createHash } from 'node:crypto'
import type { Instant } from '../ports/clock.js'
import type { Before, Retest, RetestAnswer } from './finding-case.js'
import type { Finding } from './finding.js'

export interface CertificateContent {
  readonly number: string
  readonly tenantId: string
  readonly findingId: string
  readonly title: string
  /** `10.1.8.77:6379/tcp` */
  readonly place: string
  readonly check: string
  readonly before: Before & { readonly engine: string }
  readonly requestedBy: string
  readonly requestedAt: Instant
  readonly after: RetestAnswer
  readonly issuedAt: Instant
}

export interface ClosureCertificate {
  readonly id: string
  readonly tenantId: string
  readonly findingId: string
  readonly number: string
  readonly content: CertificateContent
  /** SHA-256 of the content with its keys in order, hex. */
  readonly hash: string
  readonly issuedAt: Instant
}

export function certify(id: string, finding: Finding, retest: Retest, answer: RetestAnswer, issuedAt: Instant): ClosureCertificate {
  const content: CertificateContent = {
    number: retest.number,
    tenantId: finding.tenantId,
    findingId: finding.id,
    title: finding.title,
    place: placeOf(finding),
    check: `${retest.engine}/${retest.checkKey}`,
    before: { ...retest.before, engine: retest.engine },
    requestedBy: retest.requestedBy,
    requestedAt: retest.requestedAt,
    after: answer,
    issuedAt,
  }
  return { id, tenantId: finding.tenantId, findingId: finding.id, number: retest.number, content, hash: hashOf(content), issuedAt }
}

export const isGenuine = ({ content, hash }: Pick<ClosureCertificate, 'content' | 'hash'>): boolean => hashOf(content) === hash

export function placeOf({ host, port, protocol }: Pick<Finding, 'host' | 'port' | 'protocol'>): string {
  return port === 0 ? host : `${host}:${port}${protocol === '' ? '' : `/${protocol}`}`
}

export function hashOf(content: CertificateContent): string {
  return createHash('sha256').update(ordered(content)).digest('hex')
}

/** JSON with the keys of every object in order, so that a copy through a database has the same hash. */
function ordered(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(ordered).join()}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${ordered(item)}`)
    .join()}}`
}
