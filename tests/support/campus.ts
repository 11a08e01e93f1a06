// The customers the flows play with: a university whose firewall is real or simulated, and a hospital that must never be touched by it.
export interface CampusOptions {
  readonly firewall?: { readonly kind: string; readonly address: string; readonly credential?: string }
  /** How long the hospital has to answer a request; the university has a minute. */
  readonly hospitalApprovalSeconds?: number
  readonly protects?: string
}

export const UNI_TOKEN = 'uni-json-token-0001'
export const HOS_TOKEN = 'hos-json-token-0001'

export function campus({
  firewall = { kind: 'simulated', address: 'simulated:fw1' },
  hospitalApprovalSeconds = 60,
  protects = '10.20.0.0/16',
}: CampusOptions = {}): string {
  const credential = firewall.credential === undefined ? '' : `, credential: ${JSON.stringify(firewall.credential)}`
  const webhook = (key: string) => `{sandbox}/sandbox/wecom/cgi-bin/webhook/send?key=${key}`
  const settings = (approvalSeconds: number) =>
    `{ firstReportWaitSeconds: 1, approvalSeconds: ${approvalSeconds}, attention: { quiet: null, atOnce: P4, perHour: 100000, perDay: 100000 }, observeSeconds: { P1: 1, P2: 1, P3: 1, P4: 1 } }`
  return `
robots: [{ name: main, botId: aib-test, secret: a-robot-secret-1 }]
staff:
  - { userid: zhang, name: 张工, role: analyst }
  - { userid: zhao, name: 赵工, role: analyst }
  - { userid: wang, name: 王专家, role: senior_expert }
  - { userid: liu, name: 刘经理, role: customer_manager }
rooms: { ops: { chatid: ops-1, robot: main }, expert: { chatid: exp-1, robot: main } }
tenants:
  - code: uni
    name: 示例大学
    industry: education
    mlpsLevel: 3
    authorizationMode: collaborate
    manager: liu
    settings: ${settings(60)}
    people:
      - { userid: chen, name: 陈主任, role: owner }
      - { userid: li, name: 李工, role: approver }
      - { userid: zhou, name: 周老师, role: operator }
      - { userid: xu, name: 徐校长, role: viewer }
    groups: [{ chatid: g-uni, name: 示例大学管家群, form: simulated, robot: main, webhook: "${webhook('11111111-1111-4111-8111-111111111111')}" }]
    sources:
      - { name: edge, type: syslog, token: uni-edge-token-0001, from: ["127.0.0.1/32"] }
      - { name: app, type: json, token: ${UNI_TOKEN} }
    devices: [{ name: fw1, kind: ${firewall.kind}, address: ${JSON.stringify(firewall.address)}${credential}, protects: ["${protects}"] }]
  - code: hos
    name: 示例医院
    industry: healthcare
    mlpsLevel: 3
    authorizationMode: collaborate
    manager: liu
    settings: ${settings(hospitalApprovalSeconds)}
    people:
      - { userid: sun, name: 孙主任, role: owner }
      - { userid: qian, name: 钱工, role: approver }
    groups: [{ chatid: g-hos, name: 示例医院管家群, form: simulated, robot: main, webhook: "${webhook('22222222-2222-4222-8222-222222222222')}" }]
    sources: [{ name: app, type: json, token: ${HOS_TOKEN} }]
    devices: [{ name: fw1, kind: simulated, address: "simulated:hos", protects: ["10.30.0.0/16"] }]
`
}
