// How a chat command is declared: one file per command, one line in bot/commands/index.ts. The declaration is the only truth:
// help, docs/commands.md, the role check and the argument errors come from it.
import type { z } from 'zod'
import type { CaseKind } from '../../core/cases/case.js'
import type { Core } from '../../core/core.js'
import type { DisposalState } from '../../core/disposal/disposal.js'
import type { OutgoingMessage } from '../../core/ports/chat.js'
import type { Actor } from '../../core/tenants/actor.js'
import type { Capability } from '../../core/tenants/roles.js'
import type { Group, Tenant } from '../../core/tenants/tenant.js'
import type { Priority, Severity } from '../../core/threats/terms.js'
import type { IncidentState } from '../../core/tickets/ticket.js'

/** Where it was said: a butler group has its tenant, a staff room sees all of them. */
export interface Place {
  readonly room: 'butler' | 'ops' | 'expert' | 'single' | 'war'
  readonly robot: string
  readonly chatId: string
  readonly chatType: 'group' | 'single'
  readonly group?: Group
}

export interface Answer {
  readonly message: OutgoingMessage
  /** What each button of the card stands for. */
  readonly commands?: Readonly<Record<string, string>>
}

export interface CommandResult {
  /** Said in the conversation. */
  readonly answers?: readonly Answer[]
  /** The pressed card as it stands now; ignored when the command was typed. */
  readonly update?: OutgoingMessage & { kind: 'card-update' }
}

export interface CommandContext<Args> {
  readonly args: Args
  readonly actor: Actor
  /** The tenant the command is about, already checked against the place. */
  readonly tenant: Tenant
  readonly place: Place
  readonly core: Core
  readonly now: number
}

/** Names an argument may have; the parser fills them from the sentence whatever its order. */
export interface Candidate {
  /** An incident's number. */
  readonly incident?: string
  /** A second incident's number. */
  readonly other?: string
  /** A disposal's number. */
  readonly disposal?: string
  /** A finding's number. */
  readonly finding?: string
  readonly ip?: string
  readonly cidr?: string
  readonly cve?: string
  readonly severity?: Severity
  /** A machine or system by its name. */
  readonly asset?: string
  readonly priority?: Priority
  readonly seconds?: number
  /** `YYYY-MM-DD` in the tenant's zone. */
  readonly day?: string
  /** Several days, `YYYY-MM-DD 至 YYYY-MM-DD`; never together with `day`. */
  readonly days?: string
  /** A patrol's number. */
  readonly patrol?: string
  /** Addresses, networks and names, in the order of the kinds, with spaces between. */
  readonly targets?: string
  /** A report's number. */
  readonly report?: string
  /** Of a file: `pdf`, `docx`, `xlsx`, `html`, … */
  readonly format?: string
  readonly text?: string
  /** What was said after the command's word, as it was written; only the numbers of cases are taken out. */
  readonly words?: string
  /** Number of a case beside incidents: exposure, change, advisory, service order, edition of a playbook. */
  readonly case?: string
}

/** The only open case of this kind in one of these states. */
export interface CasePick {
  readonly kind: CaseKind
  readonly states: readonly string[]
}

export interface Command<Args = unknown> {
  readonly name: string
  /** The word of the command list this is a form of, where it has a word of its own only to be told apart. */
  readonly formOf?: string
  readonly aliases: readonly string[]
  /** Whether the command's word, with this after it, is the command; always when absent. For a short word that begins other sentences too. */
  readonly calledWith?: (after: string) => boolean
  /** What people say instead, tested when no command word begins the sentence; what acts is not taken from a question or a “别”. */
  readonly says?: readonly (RegExp | ((text: string) => boolean))[]
  /** It is about what we tell, not about an act: a “别” in what people say belongs to it. */
  readonly isWish?: true
  /** Guessed from what people say, the whole sentence is the explanation; otherwise only what is left of it. */
  readonly keepsSentence?: true
  /** Guessed from what people say, it is not run: the person is asked to say it in full. */
  readonly inFull?: true
  /** Of what writes: a wrong guess costs nobody anything, so that it is run without being said in full. */
  readonly harmless?: true
  /** Of what approves: this one says no, which may be said with less ceremony than yes. */
  readonly refuses?: true
  readonly capability: Capability
  /** `read` changes nothing; `write` changes our records; `needs-approval` begins something another person must agree to; `approves` is that agreement. */
  readonly risk: 'read' | 'write' | 'needs-approval' | 'approves'
  /** Where it may be said; everywhere when absent. */
  readonly rooms?: readonly Place['room'][]
  /** When the argument is not said: the only incident (disposal) in one of these states is meant; several are offered. */
  readonly picks?: {
    readonly incident?: readonly IncidentState[]
    readonly disposal?: readonly DisposalState[]
    readonly case?: CasePick
    /** Of a word that is also said of other things: whether an incident can be meant at all. `atHome`: said in a customer's own place. */
    readonly when?: (candidate: Candidate, atHome: boolean) => boolean
  }
  readonly help: { readonly group: string; readonly summary: string; readonly examples: readonly [string, ...string[]] }
  /** Keys are those of Candidate. */
  readonly args: z.ZodType<Args>
  /** What an argument is called when it is missing, where the usual word would mislead. */
  readonly argumentNames?: Partial<Record<keyof Candidate, string>>
  run(context: CommandContext<Args>): Promise<CommandResult>
  /** In a staff room where no tenant was named; absent: one must be named. */
  runAcross?(context: Omit<CommandContext<Args>, 'tenant'>): Promise<CommandResult>
}

export function defineCommand<Args>(command: Command<Args>): Command<Args> {
  return command
}

export function say(text: string): CommandResult {
  return { answers: [{ message: { kind: 'markdown', text } }] }
}
