// Robots are reached by their long connection or by callbacks.
import { TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm'

export class RobotModes1795710000000 implements MigrationInterface {
  readonly name = 'RobotModes1795710000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn('robots', new TableColumn({ name: 'mode', type: 'varchar', length: '16', default: "'connection'" }))
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('robots', 'mode')
  }
}
