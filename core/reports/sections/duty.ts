// 五、值守信息: who can be reached; the rota replaces this list when it exists.
import { PLATFORM } from '../../tenants/tenant.js'
import { roleLabel } from '../../tenants/roles.js'
import { defineSection, escapeMarkdown } from '../section.js'

export const duty = defineSection<readonly string[]>({
  id: 'duty',
  title: '值守信息',
  in: ['daily', 'one-page'],
  async load({ tables, tenant }) {
    const staff = await tables.people.find(
      PLATFORM,
      { role: { oneOf: ['analyst', 'customer_manager'] } },
      { order: { role: 'asc', userId: 'asc' }, limit: 20 },
    )
    const shown = staff.filter(person => person.role === 'analyst' || person.userId === tenant.manager).slice(0, 4)
    return shown.map(person => `${roleLabel[person.role]} ${person.name}`)
  },
  write: rows => (rows.length === 0 ? '未登记值守人员，请联系客户经理。' : escapeMarkdown(rows.join('｜'))),
})
