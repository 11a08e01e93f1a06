// The API of the sandbox page over a real server: what it answers, what it refuses, and that its live stream stays bounded.
import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fillWithStory, FakeSandboxChat } from '../../tests/browser/fake-sandbox-chat.js'
import { type SandboxServer, startSandboxServer } from '../../tests/browser/sandbox-server.js'
import { renderMarkdown } from './sandbox-markdown.js'

let chat: FakeSandboxChat
let server: SandboxServer
beforeEach(async () => {
  chat = new FakeSandboxChat()
  server = await startSandboxServer(chat)
})
afterEach(() => server.close())

const get = (path: string): Promise<Response> => fetch(server.url + path, { redirect: 'manual' })
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const codeOf = async (response: Response): Promise<unknown> => ((await response.json()) as { error: { code: string } }).error.code

describe('the page', () => {
  it('is served under /sandbox/ with a policy that allows only its own files', async () => {
    const bare = await get('/sandbox')
    const page = await get('/sandbox/')

    expect([bare.status, bare.headers.get('location')]).toEqual([302, '/sandbox/'])
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/,
    )
    expect(await page.text()).toContain('不会连到真实企业微信')
  })

  it('serves its assets with type, etag and nosniff, and nothing else of the disk', async () => {
    const script = await get('/sandbox/assets/main.js')
    const again = await fetch(`${server.url}/sandbox/assets/main.js`, {
      headers: { 'if-none-match': script.headers.get('etag') ?? '', 'cache-control': 'max-age=0' },
    })

    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(script.headers.get('x-content-type-options')).toBe('nosniff')
    expect(again.status).toBe(304)
    for (const path of ['..%2Findex.html', '%2e%2e%2f%2e%2e%2fpackage.json', 'nothing.js', '__proto__']) {
      expect((await get(`/sandbox/assets/${path}`)).status).toBe(404)
    }
  })
})

describe('reading', () => {
  it('lists groups with Chinese roles and the last line', async () => {
    fillWithStory(chat)

    const groups = (await (await get('/sandbox/api/groups')).json()) as object[]

    expect(groups).toHaveLength(2)
    expect(groups[0]).toMatchObject({
      chatid: 'g-uni',
      name: '示例大学管家群',
      members: [
        { userid: 'chen', name: '陈主任', role: 'owner', roleName: '主管' },
        { roleName: '授权人' },
        { roleName: '运维' },
        { roleName: '分析师' },
        { roleName: '客户经理' },
      ],
      last: { from: '管家', text: '安全日报 11-24.pdf' },
    })
  })

  it('lists messages oldest first, after one of them, or only the last', async () => {
    for (const text of ['一', '二', '三']) chat.add('g-uni', { kind: 'text', text })
    const texts = async (query: string): Promise<string[]> =>
      ((await (await get(`/sandbox/api/groups/g-uni/messages${query}`)).json()) as { text: string }[]).map(message => message.text)

    expect(await texts('')).toEqual(['一', '二', '三'])
    expect(await texts('?after=msg-1')).toEqual(['二', '三'])
    expect(await texts('?last=1')).toEqual(['三'])
    expect(await codeOf(await get('/sandbox/api/groups/g-uni/messages?last=0'))).toBe('REQUEST_INVALID')
    expect((await get('/sandbox/api/groups/nowhere/messages')).status).toBe(404)
  })

  it('adds html only to Markdown, and points files to its own downloads', async () => {
    chat.add('g-uni', { text: '**粗** <b>x</b>', files: [{ name: 'a.pdf', url: '/sandbox/wecom/files/m1' }] })
    chat.add('g-uni', { kind: 'text', text: '**粗**' })

    const [markdown, text] = (await (await get('/sandbox/api/groups/g-uni/messages')).json()) as { html?: string; files: object[] }[]

    expect(markdown?.html).toBe('<p><strong>粗</strong> &lt;b&gt;x&lt;/b&gt;</p>\n')
    expect(markdown?.files).toEqual([{ name: 'a.pdf', url: '/sandbox/files/m1' }])
    expect(text).not.toHaveProperty('html')
  })

  it('hands files out as downloads with a name that cannot deceive', async () => {
    const file = await get('/sandbox/files/m1')

    expect(Buffer.from(await file.arrayBuffer()).toString()).toBe('%PDF-1.7 <script>')
    expect(file.headers.get('content-type')).toBe('application/octet-stream')
    expect(file.headers.get('x-content-type-options')).toBe('nosniff')
    expect(file.headers.get('content-disposition')).toMatch(
      /^attachment; .*filename\*=UTF-8''%E5%AE%89%E5%85%A8%E6%97%A5%E6%8A%A5_fdp\.exe$/,
    )
    expect((await get('/sandbox/files/m2')).status).toBe(404)
  })
})

describe('acting', () => {
  it('says a line as a member', async () => {
    const answer = await post('/sandbox/api/groups/g-uni/say', { userid: 'li', text: '@管家 状态' })

    expect(await answer.json()).toMatchObject({ message: { from: 'li', text: '@管家 状态', kind: 'text' } })
    expect(chat.messages('g-uni').map(message => message.text)).toEqual(['@管家 状态'])
  })

  it('presses a button and forwards a card', async () => {
    const { cardId } = fillWithStory(chat)

    const forwarded = await post('/sandbox/api/groups/g-uni/forward', { userid: 'zhang', msgid: cardId, to: 'ops-1' })
    const pressed = await post('/sandbox/api/groups/g-uni/press', { userid: 'li', msgid: cardId, key: 'yes' })

    expect([forwarded.status, pressed.status]).toEqual([200, 200])
    expect(chat.messages('ops-1').at(-1)).toMatchObject({ from: 'zhang', kind: 'card' })
    expect(chat.pressed).toEqual([{ chatid: 'g-uni', userid: 'li', msgid: cardId, key: 'yes' }])
  })

  it('refuses what is not a request', async () => {
    const say = '/sandbox/api/groups/g-uni/say'

    expect(await codeOf(await post(say, { userid: 'li' }))).toBe('REQUEST_INVALID')
    expect(await codeOf(await post(say, { userid: ['li'], text: 'x' }))).toBe('REQUEST_INVALID')
    expect(await codeOf(await post(say, '{"userid":'))).toBe('REQUEST_INVALID')
    expect(await codeOf(await post(say, ''))).toBe('REQUEST_INVALID')
    expect(await codeOf(await post(say, { userid: 'nobody', text: 'x' }))).toBe('REQUEST_INVALID')
    expect(await codeOf(await post('/sandbox/api/groups/nowhere/say', { userid: 'li', text: 'x' }))).toBe('REQUEST_INVALID')
    expect(chat.messages('g-uni')).toEqual([])
  })

  it('reads bodies of up to 64 KiB', async () => {
    const body = (size: number): string => JSON.stringify({ userid: 'li', text: 'x', fill: 'y'.repeat(size) })

    expect((await post('/sandbox/api/groups/g-uni/say', body(65_000))).status).toBe(200)
    const refused = await post('/sandbox/api/groups/g-uni/say', body(66_000))
    expect([refused.status, await codeOf(refused)]).toEqual([413, 'BODY_TOO_LARGE'])
  })

  it('lets no other site speak, whatever content type its form uses', async () => {
    const line = { userid: 'li', text: '同意 DP-1' }
    const say = '/sandbox/api/groups/g-uni/say'

    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'http://evil.example' },
      { origin: 'null', 'content-type': 'text/plain' },
    ]) {
      expect(await codeOf(await post(say, line, headers))).toBe('REQUEST_INVALID')
    }
    expect(chat.messages('g-uni')).toEqual([])
    expect((await post(say, line, { origin: server.url })).status).toBe(200)
  })
})

describe('the live stream', () => {
  it('tells every change as one event and stops listening when the reader leaves', async () => {
    const stream = await openStream()
    await stream.until('event: ready')

    chat.add('g-uni', { text: '第一行\n第二行' })
    await stream.until('第二行')
    const frame =
      stream
        .text()
        .split('\n\n')
        .find(part => part.startsWith('event: message')) ?? ''
    stream.close()

    const lines = frame.split('\n')
    expect(lines).toHaveLength(2)
    expect(JSON.parse(lines[1]?.slice('data: '.length) ?? '')).toMatchObject({
      chatid: 'g-uni',
      message: { text: '第一行\n第二行', html: '<p>第一行<br>\n第二行</p>\n' },
    })
    await expect.poll(() => chat.listeners.size).toBe(0)
  })

  it('serves at most 50 readers from one subscription', async () => {
    const streams = await Promise.all(Array.from({ length: 50 }, () => openStream()))
    await Promise.all(streams.map(stream => stream.until('event: ready')))

    const refused = await get('/sandbox/api/stream')
    expect([refused.status, await codeOf(refused)]).toEqual([503, 'STREAMS_FULL'])
    expect(chat.listeners.size).toBe(1)

    streams[0]?.close()
    await expect
      .poll(async () => {
        const next = await openStream()
        if (next.status === 200) streams.push(next)
        return next.status
      })
      .toBe(200)
    for (const stream of streams) stream.close()
  })
})

describe('drills', () => {
  it('sets faults, ends them all, and strikes once without touching them', async () => {
    const set = await post('/sandbox/api/faults', { shareAnswer: { share: 0.1, errcode: 45009 }, removedRobots: ['ops-1'] })
    await post('/sandbox/api/faults', { now: ['invalidate-tokens'] })

    expect(await set.json()).toEqual({ shareAnswer: { share: 0.1, errcode: 45009 }, removedRobots: ['ops-1'] })
    expect(await (await get('/sandbox/api/faults')).json()).toEqual(chat.faultsNow())
    expect(chat.struck).toEqual(['invalidate-tokens'])
    expect(await (await post('/sandbox/api/faults', {})).json()).toEqual({})
  })

  it('refuses faults that do not exist or cannot be', async () => {
    for (const wrong of [
      { explode: 1 },
      { shareHtml: { share: 2 } },
      { shareAnswer: { share: 0.1 } },
      { now: ['burn'] },
      { seed: -1 },
      [],
    ]) {
      expect(await codeOf(await post('/sandbox/api/faults', wrong))).toBe('REQUEST_INVALID')
    }
    expect(chat.faultsNow()).toEqual({})
  })

  it('reads and clears what was refused, and changes limits', async () => {
    chat.counted = [{ channel: 'app', chat: 'single:li:app:1', code: '45009', count: 2 }]

    expect(await (await get('/sandbox/api/refusals')).json()).toEqual(chat.counted)
    expect((await fetch(`${server.url}/sandbox/api/refusals`, { method: 'DELETE' })).status).toBe(200)
    expect(chat.counted).toEqual([])
    expect(await (await post('/sandbox/api/limits', { perMinute: 5 })).json()).toEqual({ perMinute: 5 })
    expect(await (await get('/sandbox/api/limits')).json()).toEqual({ perMinute: 5 })
    expect(await codeOf(await post('/sandbox/api/limits', { perMinute: [5] }))).toBe('REQUEST_INVALID')
  })
})

describe('sending a file', () => {
  it('takes the bytes as the body, its name and sender beside it', async () => {
    const send = (query: string) =>
      fetch(`${server.url}/sandbox/api/groups/g-uni/file?${query}`, { method: 'POST', body: new Uint8Array(2000) })

    const answer = await send(`userid=li&name=${encodeURIComponent('资产.csv')}`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ message: { kind: 'file', text: '资产.csv 2000' } })
    expect((await send('userid=li')).status).toBe(400)
  })
})

describe('Markdown from anywhere', () => {
  it('renders no foreign tag, protocol or image', () => {
    const html = renderMarkdown(
      '<script>x</script> <img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](data:text/html,x) [c](//evil.example) ![图](https://evil.example/p.png) [ok](https://example.com/)',
    )

    expect(html).not.toMatch(/<(script|img)|href="(javascript|data|\/\/)/)
    expect(html).toContain('[图片：图]')
    expect(html).toContain('<a href="https://example.com/" target="_blank" rel="noopener noreferrer nofollow">ok</a>')
  })

  it('knows the font colours and mentions of WeCom, and only in pairs', () => {
    expect(renderMarkdown('<font color="warning">高危</font> <@li>')).toBe(
      '<p><span class="md-warning">高危</span> <span class="mention">@li</span></p>\n',
    )
    expect(renderMarkdown('a</font>b <font color="info">c')).toBe('<p>ab c</p>\n')
    expect(renderMarkdown('<font color="red" onclick="x">d</font>')).not.toMatch(/<(font|span)/)
    expect(renderMarkdown('<@a"onmouseover=x>')).not.toContain('a"')
  })

  it('spells out characters that reorder text', () => {
    expect(renderMarkdown('报告\u202efdp.exe')).toBe('<p>报告[U+202E]fdp.exe</p>\n')
  })

  it('survives text made to be slow', () => {
    for (const part of ['[', '![', '*a ', '_a*', '<font color="info">', '> ', '`', '- ', '<@a']) {
      expect(renderMarkdown(part.repeat(Math.floor(20_000 / part.length)))).not.toBe('')
    }
  })
})

interface OpenStream {
  readonly status: number
  text(): string
  until(part: string): Promise<void>
  close(): void
}

/** fetch would share and buffer connections; a plain request shows exactly what came. */
function openStream(): Promise<OpenStream> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server.url}/sandbox/api/stream`, { agent: false }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('error', () => undefined)
      resolve({
        status: response.statusCode ?? 0,
        text: () => text,
        until: part => expect.poll(() => text).toContain(part),
        close: () => asked.destroy(),
      })
    })
    asked.on('error', reject)
    asked.end()
  })
}
