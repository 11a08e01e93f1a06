// A program that knows only the real WeCom talks to the sandbox: Debian's Alertmanager with its WeCom receiver.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  freePort,
  needProgram,
  type PrivateProcess,
  startProcess,
  temporaryFolder,
  waitUntilReady,
} from '../../../tests/support/private-process.js'
import { butlerApp, type Rig, rig } from './sandbox-rig.js'

const folder = temporaryFolder()
let world: Rig
let alertmanager: PrivateProcess
let api: string
const calls: string[] = []

beforeAll(async () => {
  const program = needProgram('prometheus-alertmanager', 'prometheus-alertmanager')
  world = await rig()
  world.sandbox.declare({ robots: [], groups: [], apps: [butlerApp] })
  const handle = world.sandbox.handle.bind(world.sandbox)
  world.sandbox.handle = request => {
    calls.push(`${request.method} ${request.path}`)
    return handle(request)
  }
  const configuration = {
    route: { receiver: 'wecom', group_wait: '0s', group_interval: '1s', repeat_interval: '1h' },
    receivers: [
      {
        name: 'wecom',
        wechat_configs: [
          {
            api_url: `${await world.http()}/cgi-bin/`,
            corp_id: butlerApp.corpId,
            agent_id: String(butlerApp.agentId),
            api_secret: butlerApp.secret,
            to_user: '@all',
            message_type: 'markdown',
            message: '**{{ .CommonLabels.alertname }}** {{ .CommonAnnotations.summary }}',
          },
        ],
      },
    ],
  }
  const file = join(folder.path, 'alertmanager.yml')
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(configuration))
  const port = await freePort()
  api = `http://127.0.0.1:${port}`
  const options = ['--cluster.listen-address=', `--web.listen-address=127.0.0.1:${port}`, `--storage.path=${join(folder.path, 'data')}`]
  alertmanager = startProcess(program, [`--config.file=${file}`, ...options])
  await waitUntilReady(alertmanager, async () => {
    if (!(await fetch(`${api}/-/ready`)).ok) throw new Error('not ready')
  })
})
afterAll(async () => {
  await alertmanager.end('SIGTERM')
  await world.close()
  folder.remove()
})

async function raise(alertname: string): Promise<void> {
  const alert = { labels: { alertname }, annotations: { summary: '磁盘将满' } }
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${api}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify([alert]) })
  expect(answer.status).toBe(200)
}
const heard = (userid: string): unknown[] =>
  world.sandbox.messages(`single:${userid}:app:1000002`).map(({ kind, text, from }) => [from, kind, text])

it('an alert arrives with everybody the app can see', async () => {
  await raise('DiskFull')

  await expect.poll(() => heard('li'), { timeout: 20_000 }).toEqual([['安全管家', 'markdown', '**DiskFull** 磁盘将满']])
  expect(heard('chen')).toEqual(heard('li'))
  expect(calls).toEqual(['GET /cgi-bin/gettoken', 'POST /cgi-bin/message/send'])
})

it('an alert that was refused is counted by the sandbox, whatever the sender believes', async () => {
  world.sandbox.faults({ appAnswer: { times: 1, errcode: 45009 } })
  await raise('Refused')

  await expect
    .poll(() => world.sandbox.refusals(), { timeout: 20_000 })
    .toContainEqual({ channel: 'app', chat: 'single:li:app:1000002', code: '45009', count: 1 })
  expect(heard('li')).toHaveLength(1)
})
