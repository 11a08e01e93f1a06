// Runs of playbooks with their steps, customers' editions, evidence with its custody, war rooms with their notes.
import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

const text = (name: string, length: number, isNullable = false): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  isNullable,
})

export class Playbooks1796320100000 implements MigrationInterface {
  readonly name = 'Playbooks1796320100000'

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3'
    const long = (name: string): TableColumnOptions => ({ name, type: mysql ? 'longtext' : 'text', isNullable: false })
    const int = (name: string, isNullable = false): TableColumnOptions => ({ name, type: mysql ? 'int' : 'integer', isNullable })
    const create = async (name: string, columns: TableColumnOptions[], indices: { columns: string[]; unique?: boolean }[]) => {
      const own = [{ ...text('id', 36), isPrimary: true }, text('tenantId', 36)]
      const named = indices.map(({ columns: of, unique }) => ({
        name: `ix_${name}_${of.join('_')}`.slice(0, 60),
        columnNames: of,
        isUnique: unique ?? false,
      }))
      await runner.createTable(new Table({ name, columns: [...own, ...columns], indices: named }), true)
    }
    await create(
      'playbook_runs',
      [
        text('incidentId', 36),
        text('subject', 64),
        text('playbookId', 16),
        int('version'),
        text('editionId', 36, true),
        text('state', 16),
        text('startedBy', 64),
        text('startedAt', 24),
        text('finishedAt', 24, true),
      ],
      [{ columns: ['tenantId', 'incidentId'] }, { columns: ['playbookId', 'state'] }],
    )
    await create(
      'playbook_steps',
      [
        text('runId', 36),
        int('position'),
        text('stepId', 64),
        text('phase', 16),
        text('kind', 16),
        long('words'),
        long('choices'),
        text('action', 32, true),
        int('evidence'),
        text('state', 16),
        text('by', 64, true),
        text('at', 24, true),
        long('note'),
        text('disposal', 64, true),
      ],
      [{ columns: ['tenantId', 'runId', 'position'], unique: true }],
    )
    await create(
      'playbook_editions',
      [
        text('number', 64),
        text('playbookId', 16),
        int('baseVersion'),
        text('runId', 36),
        text('state', 16),
        long('changes'),
        long('steps'),
        text('proposedAt', 24),
        text('decidedBy', 64, true),
        text('decidedAt', 24, true),
      ],
      [{ columns: ['tenantId', 'number'], unique: true }, { columns: ['tenantId', 'playbookId', 'state'] }],
    )
    await create(
      'evidence_items',
      [
        text('incidentId', 36),
        text('runId', 36, true),
        int('position', true),
        text('name', 200),
        int('size'),
        text('sha256', 64),
        long('what'),
        text('collectedBy', 64),
        text('collectedAt', 24),
        long('custody'),
      ],
      [{ columns: ['tenantId', 'incidentId'] }],
    )
    await create(
      'war_rooms',
      [
        text('incidentId', 36),
        text('subject', 64),
        text('chatId', 128),
        text('robot', 64),
        text('boundBy', 64),
        text('openedAt', 24),
        text('closedAt', 24, true),
      ],
      [{ columns: ['tenantId', 'incidentId'] }, { columns: ['chatId', 'closedAt'] }],
    )
    await create(
      'timeline_notes',
      [text('incidentId', 36), text('by', 64), text('at', 24), long('words')],
      [{ columns: ['tenantId', 'incidentId', 'at'] }],
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['timeline_notes', 'war_rooms', 'evidence_items', 'playbook_editions', 'playbook_steps', 'playbook_runs'])
      await runner.dropTable(name)
  }
}
