// Services with an HTTP interface that answer without a login: Elasticsearch and the Docker API. One GET that changes nothing.
import { tcpCheck, type TcpCheck } from '../tcp-check.js'
import type { NativeCheck } from '../define-check.js'

type HttpFacts = Omit<TcpCheck, 'request' | 'judge' | 'weak' | 'reply'> & {
  readonly path: string
  /** Both must be in the body of a 200. */
  readonly proof: readonly [RegExp, RegExp]
  readonly sample: string
}

function httpOpen({ path, proof, sample, ...rest }: HttpFacts): NativeCheck {
  return tcpCheck({
    ...rest,
    request: `GET ${path} HTTP/1.0\r\nHost: check\r\nUser-Agent: guanjia\r\nAccept: application/json\r\n\r\n`,
    judge(received) {
      const text = received.toString('latin1')
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1]
      if (status === undefined) return undefined
      if (status === '401' || status === '403') return { outcome: 'not_found', why: `要求认证（${status}）` }
      const at = text.indexOf('\r\n\r\n')
      if (at === -1) return undefined
      const body = text.slice(at + 4)
      if (status === '200' && proof.every(pattern => pattern.test(body))) return { outcome: 'found', why: `未认证的 GET ${path} 得到 200` }
      const expected = Number(/^content-length: *(\d{1,9})/im.exec(text)?.[1] ?? NaN)
      return body.length >= expected ? { outcome: 'not_applicable', why: `GET ${path} 的应答（${status}）不是这种服务` } : undefined
    },
    weak: heard =>
      heard.length === 0
        ? undefined
        : `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${sample.length}\r\n\r\n${sample}`,
  })
}

export const elasticsearchOpen = httpOpen({
  id: 'elasticsearch-no-password',
  title: 'Elasticsearch 未授权访问',
  severity: 'critical',
  services: ['elasticsearch', 'http'],
  cwe: [306],
  solution: '启用安全功能与口令，只监听内网地址，并限制来源。',
  path: '/',
  proof: [/"cluster_name"\s*:/, /"number"\s*:/],
  sample: '{"name":"decoy","cluster_name":"decoy","version":{"number":"7.17.0"}}',
})

export const dockerOpen = httpOpen({
  id: 'docker-api-open',
  title: 'Docker 接口未授权访问',
  severity: 'critical',
  services: ['docker', 'http'],
  cwe: [306],
  solution: '关闭 TCP 监听，或只用双向证书认证的 2376。',
  path: '/version',
  proof: [/"ApiVersion"\s*:/, /"Version"\s*:/],
  sample: '{"Version":"20.10.24","ApiVersion":"1.41","Os":"linux"}',
})
