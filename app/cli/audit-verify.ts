// `guanjia audit verify`: checks the audit chain of every tenant and names the first row that is not as it was written.
import { parseArgs } from 'node:util'
import { verifyChain } from '../../core/audit/verify.js'
import { AppError } from '../../core/errors.js'
import type { Verb } from './verb.js'
import { withParts } from './with-parts.js'

export const auditVerify: Verb = {
  usage: 'audit verify [--tenant CODE] [--json]',
  summary: 'Checks the hash chain of the audit trail; exit 1 names the first bad row',
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { tenant: { type: 'string' }, json: { type: 'boolean', default: false } } })
    return withParts(async ({ core, secrets }) => {
      const results = await core.transactions.read(async t => {
        const tenants = await t.tenants.acrossTenantsFind(values.tenant === undefined ? {} : { code: values.tenant })
        if (values.tenant !== undefined && tenants.length === 0) throw new AppError('NOT_FOUND', { what: `单位 ${values.tenant}` })
        // A chain whose tenant row is gone is still a chain; heads know it. Every tenant has rows: its declaration was one.
        const heads = values.tenant === undefined ? await t.auditHeads.acrossTenantsFind({}) : []
        const ids = new Map([...heads.map(head => [head.tenantId, head.tenantId]), ...tenants.map(tenant => [tenant.id, tenant.code])] as [
          string,
          string,
        ][])
        const found = []
        for (const [id, code] of ids) found.push({ tenant: code, ...(await verifyChain(t, secrets, id)) })
        return found
      })
      for (const result of results) {
        const words = result.bad
          ? `${result.tenant}: row ${result.bad.seq}${result.bad.id ? ` (${result.bad.id})` : ''} is bad: ${result.bad.why}`
          : `${result.tenant}: ${result.rows} rows, whole`
        process.stdout.write(`${values.json ? JSON.stringify(result) : words}\n`)
      }
      if (results.length === 0) process.stderr.write('还没有审计记录。\n')
      return results.some(result => result.bad) ? 1 : 0
    })
  },
}
