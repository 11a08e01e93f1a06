// Which sections an industry wants first (domain.md 13): data. What is not named keeps its place behind.
import type { Industry } from '../tenants/tenant.js'

export const industryOrder: Readonly<Record<Industry, { readonly first: readonly string[]; readonly emphasis: string }>> = {
  education: { first: ['summary', 'weaknesses'], emphasis: '挖矿、网页篡改、钓鱼、弱口令与学生个人信息' },
  healthcare: { first: ['summary', 'compromised-hosts'], emphasis: '勒索、数据外泄、横向移动与医疗设备暴露' },
  government: { first: ['summary', 'compromised-hosts', 'incidents-and-handling'], emphasis: '网页篡改、定向攻击、失陷与弱口令' },
  finance: { first: ['summary', 'promises-kept'], emphasis: '凭据攻击、拒绝服务、数据外泄与供应链' },
  energy: { first: ['summary', 'compromised-hosts', 'weaknesses'], emphasis: '工控异常、横向移动、边界违规与勒索' },
  manufacturing: { first: ['summary', 'compromised-hosts'], emphasis: '勒索、工控停线、图纸外泄与远程运维' },
  telecom: { first: ['summary', 'incidents-and-handling'], emphasis: '拒绝服务、接口滥用、账号盗用与供应链' },
  general: { first: ['summary'], emphasis: '勒索、弱口令、暴露面与钓鱼' },
}

/** The day's report keeps the order everybody knows. */
export function inOrder<S extends { readonly id: string }>(sections: readonly S[], industry: Industry): readonly S[] {
  const { first } = industryOrder[industry]
  const rank = ({ id }: S) => (first.includes(id) ? first.indexOf(id) : first.length)
  return [...sections].sort((a, b) => rank(a) - rank(b))
}
