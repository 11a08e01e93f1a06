// Which addresses and credentials of nftables devices are taken, and that no refusal repeats a secret.
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../core/errors.js'
import { configureNftables } from './address.js'

const HOST_KEY = `SHA256:${'A'.repeat(43)}`
const password = 'S3cret-中文'
const good = JSON.stringify({ password, hostKeySha256: HOST_KEY })
const configure = (address: string, credential?: string) =>
  configureNftables({ address, timeoutMilliseconds: 1000, ...(credential !== undefined && { credential }) })

function refusal(address: string, credential?: string): AppError {
  try {
    configure(address, credential)
  } catch (error) {
    if (error instanceof AppError) return error
  }
  throw new Error('it was taken')
}

describe('address of an nftables device', () => {
  it('reads every form', () => {
    const ssh = { password, hostKeySha256: '0'.repeat(64) }

    expect(configure('local:')).toEqual({ device: 'local:', timeoutMilliseconds: 1000 })
    expect(configure('netns:uni-1')).toMatchObject({ netns: 'uni-1' })
    expect(configure('ssh://root@fw.example.edu', good)).toMatchObject({ ssh: { ...ssh, host: 'fw.example.edu', port: 22, user: 'root' } })
    expect(configure('ssh://ops@[2001:db8::1]:2222/?netns=a', good)).toMatchObject({
      netns: 'a',
      ssh: { ...ssh, host: '2001:db8::1', port: 2222, user: 'ops' },
    })
  })

  it.each([
    '',
    'local:x',
    'netns:',
    'netns:a b',
    'netns:../x',
    'netns:-x',
    'netns:a;id',
    'http://root@h',
    'ssh://h',
    'ssh://root@',
    'ssh://root@h:0',
    'ssh://root@h:70000',
    'ssh://root@h/x',
    'ssh://root@h/#x',
    'ssh://-oProxyCommand=x@h',
    'ssh://root@h/?netns=a;id',
    'ssh://root@h/?netns=a%20b',
    'ssh://root@h/?netns=',
    'ssh://root@h/?netns=a&netns=b',
    'ssh://root@h/?other=a',
    `ssh://root@${'h'.repeat(600)}`,
  ])('refuses %j', address => {
    expect(refusal(address, good).code).toBe('DEVICE_MISCONFIGURED')
  })

  it.each([
    undefined,
    '',
    password,
    `{"password": "${password}"`,
    `{"password": "${password}"}`,
    `{"password": "${password}", "hostKeySha256": ""}`,
    `{"password": "${password}", "hostKeySha256": "MD5:aa"}`,
    `{"password": "${password}", "privateKey": "x", "hostKeySha256": "${HOST_KEY}"}`,
    `{"privateKey": "${password}", "hostKeySha256": "${HOST_KEY}"}`,
    `{"hostKeySha256": "${HOST_KEY}"}`,
    `{"password": "${password}", "hostKeySha256": "${HOST_KEY}", "also": 1}`,
  ])('refuses the credential %j without repeating it', credential => {
    const error = refusal('ssh://root@h', credential)

    expect(error.code).toBe('DEVICE_MISCONFIGURED')
    expect(error.message + error.reply + String(error.cause)).not.toContain('S3cret')
  })

  it('does not repeat a password that stands in the address', () => {
    expect(refusal('ssh://root:S3cret@h', good).message).not.toContain('S3cret')
    expect(refusal('ssh://root:S3@cret@h', good).message).not.toContain('cret@')
    expect(refusal('ssh://root:S3/cret@h', good).message).not.toContain('cret@')
  })
})
