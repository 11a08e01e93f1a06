// Who may do what: the matrix of roles and capabilities. The one place that authorises; the default is no.

export type CustomerRole = 'owner' | 'approver' | 'operator' | 'viewer'
export type StaffRole = 'analyst' | 'senior_expert' | 'customer_manager' | 'field_engineer' | 'admin' | 'auditor'
export type Role = CustomerRole | StaffRole

export const roleLabel: Readonly<Record<Role, string>> = {
  owner: '客户主管',
  approver: '客户授权人',
  operator: '客户运维',
  viewer: '客户领导',
  analyst: '分析师',
  senior_expert: '高级专家',
  customer_manager: '客户经理',
  field_engineer: '现场工程师',
  admin: '平台管理员',
  auditor: '审计员',
}

const staffRoles: readonly Role[] = ['analyst', 'senior_expert', 'customer_manager', 'field_engineer', 'admin', 'auditor']

export function isStaff(role: Role): role is StaffRole {
  return staffRoles.includes(role)
}

const everyCustomer: readonly Role[] = ['owner', 'approver', 'operator', 'viewer']
const serviceRoles: readonly Role[] = ['analyst', 'senior_expert', 'customer_manager']

/** Rows of the matrix; where a second person is needed the service that acts checks that too. */
export const capabilities = {
  'see-overview': [...everyCustomer, ...serviceRoles, 'field_engineer', 'auditor'],
  'see-incidents': [...everyCustomer, ...serviceRoles, 'field_engineer', 'auditor'],
  'see-evidence': ['owner', 'approver', 'operator', 'analyst', 'senior_expert', 'field_engineer', 'auditor'],
  'report-incident': [...everyCustomer, ...serviceRoles, 'field_engineer'],
  'report-false-positive': ['owner', 'approver', 'operator', 'analyst', 'senior_expert'],
  'claim-and-judge': ['analyst', 'senior_expert'],
  'sign-compromised': ['senior_expert'],
  'review-false-positive': ['analyst', 'senior_expert'],
  'propose-disposal': ['analyst', 'senior_expert'],
  'apply-disposal': ['owner', 'approver', 'operator', 'analyst', 'senior_expert'],
  'approve-disposal': ['owner', 'approver'],
  'cosign-disposal': ['senior_expert'],
  delegate: ['owner', 'approver'],
  escalate: [...everyCustomer, 'analyst', 'senior_expert', 'customer_manager'],
  'take-escalation': ['senior_expert'],
  'file-grade': ['analyst', 'senior_expert'],
  'review-grade': ['senior_expert'],
  'see-regulatory': ['owner', 'analyst', 'senior_expert', 'customer_manager'],
  'decide-regulatory': ['owner'],
  'undo-disposal': ['owner', 'approver', 'analyst', 'senior_expert'],
  'suspend-ticket': ['approver', 'analyst', 'senior_expert', 'customer_manager'],
  'accept-risk': ['owner', 'approver'],
  'reopen-ticket': [...everyCustomer, 'analyst', 'senior_expert'],
  'rate-service': everyCustomer,
  'read-audit': ['owner', 'approver', 'analyst', 'senior_expert', 'customer_manager', 'auditor'],
  'set-preferences': ['owner', 'approver', 'operator', 'analyst', 'senior_expert', 'customer_manager'],
  'see-deliveries': ['owner', 'approver', 'operator', ...serviceRoles, 'auditor'],
  suppress: ['approver', 'analyst', 'senior_expert'],
  'see-models': ['analyst', 'senior_expert', 'auditor'],
  'tune-models': ['senior_expert'],
  'order-patrol': serviceRoles,
  'stop-scans': [...everyCustomer, ...serviceRoles, 'field_engineer'],
  'set-strategy': serviceRoles,
  'see-similar': ['analyst', 'senior_expert'],
  'see-assets': [...everyCustomer, ...serviceRoles, 'field_engineer', 'auditor'],
  'keep-assets': ['owner', 'approver', 'operator', ...serviceRoles, 'field_engineer'],
  'rate-assets': serviceRoles,
  claim: ['owner', 'approver', 'operator', ...serviceRoles, 'field_engineer'],
  'see-findings': ['owner', 'approver', 'operator', ...serviceRoles, 'field_engineer', 'auditor'],
  'report-fixed': ['owner', 'approver', 'operator', 'analyst', 'senior_expert', 'field_engineer'],
  'retest-findings': ['owner', 'approver', 'operator', 'analyst', 'senior_expert', 'field_engineer'],
  'extend-findings': ['owner', 'approver', 'operator', ...serviceRoles],
  'decide-extension': ['owner', 'approver'],
  'assess-findings': ['analyst', 'senior_expert'],
  'review-report': ['analyst', 'senior_expert', 'customer_manager'],
  'see-cases': [...everyCustomer, ...serviceRoles, 'field_engineer', 'auditor'],
  'manage-exposures': ['owner', 'approver', 'operator', ...serviceRoles, 'field_engineer'],
  'handle-changes': ['owner', 'approver', 'operator', 'analyst', 'senior_expert'],
  'report-change': ['owner', 'approver', 'operator', ...serviceRoles, 'field_engineer'],
  'draft-advisory': ['analyst', 'senior_expert'],
  'approve-advisory': ['senior_expert'],
  'order-service': ['owner', 'approver', 'customer_manager'],
  'sign-letter': ['owner', 'approver'],
  'run-service': ['field_engineer', ...serviceRoles],
  'accept-service': ['owner', 'approver'],
  'run-playbook': ['analyst', 'senior_expert', 'field_engineer'],
  'answer-playbook': ['owner', 'approver', 'operator', ...serviceRoles],
  'approve-playbook': ['senior_expert'],
  'run-war-room': serviceRoles,
  /** The big screen: of one's own tenant, or of all for who serves them. */
  'see-screen': [...everyCustomer, ...serviceRoles, 'field_engineer', 'auditor'],
  'use-help': [...everyCustomer, ...staffRoles],
} as const satisfies Record<string, readonly Role[]>

export type Capability = keyof typeof capabilities

export function may(role: Role, capability: Capability): boolean {
  return (capabilities[capability] as readonly Role[]).includes(role)
}

/** “客户授权人或客户主管”: who could do it, for refusals. Within a butler group only customers are named when customers may. */
export function whoMay(capability: Capability): string {
  const names = (capabilities[capability] as readonly Role[]).map(role => roleLabel[role])
  return names.length <= 1 ? (names[0] ?? '') : `${names.slice(0, -1).join('、')}或${names.at(-1) ?? ''}`
}
