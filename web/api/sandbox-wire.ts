// The shapes in which groups and messages of the sandbox leave by HTTP and by the live stream; web/api/sandbox.ts and the stream call it.
import type { SandboxChat, SandboxMessage, SandboxPerson } from './sandbox-chat.js'
import { renderMarkdown } from './sandbox-markdown.js'

const roleNames = new Map([
  ['owner', '主管'],
  ['approver', '授权人'],
  ['operator', '运维'],
  ['viewer', '领导'],
  ['analyst', '分析师'],
  ['senior_expert', '高级专家'],
  ['customer_manager', '客户经理'],
  ['field_engineer', '现场工程师'],
  ['admin', '管理员'],
  ['auditor', '审计员'],
])

/** A message as the page gets it: `html` only for Markdown. */
export type WireMessage = SandboxMessage & { readonly html?: string }

export interface WireGroup {
  readonly chatid: string
  readonly name: string
  /** `roleName` is Chinese; a role that has no name keeps its code. */
  readonly members: readonly (SandboxPerson & { readonly roleName: string })[]
  /** The newest message, its text cut to 120 characters; absent in an empty group. */
  readonly last?: { readonly msgid: string; readonly at: string; readonly from: string; readonly fromName: string; readonly text: string }
}

const markdownKinds = new Set(['markdown', 'markdown_v2', 'stream'])

// Messages are never changed in place, so a rendered one stays right as long as the object lives.
const rendered = new WeakMap<SandboxMessage, WireMessage>()

/** Adds `html` and turns the addresses of files into those this site serves. */
export function wireMessage(message: SandboxMessage): WireMessage {
  const known = rendered.get(message)
  if (known) return known
  const files = message.files.map(file => ({ name: file.name, url: downloadAddress(file.url) }))
  const wire = { ...message, files, ...(markdownKinds.has(message.kind) ? { html: renderMarkdown(message.text) } : {}) }
  rendered.set(message, wire)
  return wire
}

export function wireGroup(group: ReturnType<SandboxChat['groups']>[number], last: SandboxMessage | undefined): WireGroup {
  const members = group.members.map(({ userid, name, role }) => ({ userid, name, role, roleName: roleNames.get(role) ?? role }))
  const { chatid, name } = group
  return last === undefined ? { chatid, name, members } : { chatid, name, members, last: lastLine(last) }
}

function lastLine(message: SandboxMessage): NonNullable<WireGroup['last']> {
  const { msgid, at, from } = message
  const text = message.card?.title ?? (message.text === '' ? (message.files[0]?.name ?? '') : message.text)
  return { msgid, at, from, fromName: message.fromName ?? from, text: [...text.slice(0, 240)].slice(0, 120).join('') }
}

/** The sandbox names its files by the protocol's address; here they are always downloads. */
function downloadAddress(url: string): string {
  const id = /^\/(?:[^?#]*\/)?files\/([^/?#]+)$/.exec(url)?.[1]
  return id === undefined ? url : `/sandbox/files/${id}`
}
