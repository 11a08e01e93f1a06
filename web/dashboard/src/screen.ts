// What the server answers (core/web-access/screen.ts), as the page needs it, and how it is asked for.

export const priorities = ['P1', 'P2', 'P3', 'P4'] as const
export type Priority = (typeof priorities)[number]
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
export type Severity = (typeof severities)[number]
export const severityLabel: Readonly<Record<Severity, string>> = {
  critical: '严重',
  high: '高危',
  medium: '中危',
  low: '低危',
  info: '提示',
}

export interface Customer {
  readonly code: string
  readonly name: string
  readonly open: Readonly<Record<Priority, number>>
  readonly waiting: number
  readonly blocked: number
  readonly incidentsToday: number
  readonly lastEventAt: string | null
}

export interface Screen {
  readonly who: { readonly name: string; readonly role: string; readonly isStaff: boolean }
  readonly at: string
  readonly customers: readonly Customer[]
  readonly incidents: readonly {
    readonly number: string
    readonly customer: string
    readonly title: string
    readonly severity: Severity
    readonly priority: Priority
    readonly state: string
    readonly at: string
    readonly attackers: number
  }[]
  readonly clocks: readonly {
    readonly number: string
    readonly customer: string
    readonly promise: string
    readonly dueAt: string
    readonly broken: boolean
  }[]
  readonly hours: readonly { readonly from: string; readonly counts: Readonly<Partial<Record<Severity, number>>> }[]
  readonly attackers: readonly { readonly ip: string; readonly hits: number }[]
  readonly deliveries: { readonly sent: number; readonly waiting: number; readonly failed: number }
}

/** `null`: nobody is logged in. */
export async function readScreen(): Promise<Screen | null> {
  const answer = await fetch('/api/v1/screen', { credentials: 'same-origin' })
  if (answer.status === 401) return null
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`)
  return (await answer.json()) as Screen
}

/** Resolves to the sentence that says why not, or to nothing when it worked. */
export async function logIn(given: { userId: string; password: string } | { link: string }): Promise<string | undefined> {
  const answer = await fetch('/api/v1/session', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(given),
  })
  if (answer.ok) return undefined
  const said = (await answer.json().catch(() => ({}))) as { error?: { message?: string } }
  return said.error?.message ?? '没有登录成功，请稍后再试。'
}

export async function logOut(): Promise<void> {
  await fetch('/api/v1/session', { method: 'DELETE', credentials: 'same-origin' })
}
