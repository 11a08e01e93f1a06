// What exactly an act is done to, for actions that need more than a short target (a path, a process).
import { TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm'

export class DisposalParameters1796300000000 implements MigrationInterface {
  readonly name = 'DisposalParameters1796300000000'

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3'
    await runner.addColumn('disposals', new TableColumn({ name: 'parameters', type: mysql ? 'longtext' : 'text', isNullable: true }))
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('disposals', 'parameters')
  }
}
