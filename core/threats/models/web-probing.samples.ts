// What must and must not make the web probing model speak; declared in web-probing.ts, walked by models.test.ts.
import type { Sample } from '../define-model.js'

interface Request {
  readonly method?: string
  readonly target?: string
  readonly status?: number
  readonly bytes?: number
  readonly agent?: string
}

/** `{n}` in the target becomes the number. */
function requests(
  count: number,
  seconds: number,
  { method = 'GET', target = '/{n}', status = 200, bytes = 100, agent = 'Mozilla/5.0' }: Request,
): string[] {
  return Array.from({ length: count }, (_, n) => {
    const at = new Date(Date.UTC(2026, 10, 24, 8) + n * seconds * 1000).toISOString().slice(11, 19)
    return `192.0.2.7 - - [24/Nov/2026:${at} +0800] "${method} ${target.replace('{n}', String(n))} HTTP/1.1" ${status} ${bytes} "-" "${agent}"`
  })
}

export const webProbingSamples: { readonly fires: readonly Sample[]; readonly silent: readonly Sample[] } = {
  fires: [
    { what: '10 pages that are not there', lines: requests(10, 2, { target: '/a{n}', status: 404 }) },
    {
      what: '3 private files',
      lines: ['.env', '.git/config', 'wp-config.php.bak'].flatMap(name => requests(1, 0, { target: `/${name}`, status: 404 })),
    },
    { what: 'a scanner by its name', lines: requests(1, 0, { target: '/', agent: 'Mozilla/5.00 (Nikto/2.1.6)' }) },
    { what: 'a tunnel asked for', lines: requests(1, 0, { method: 'CONNECT', target: 'mail.example.net:25', status: 400 }) },
    { what: 'a page of another site asked for', lines: requests(1, 0, { target: 'http://judge.example.net/ip.php', status: 404 }) },
    { what: '6 forms sent to the login page', lines: requests(6, 3, { method: 'POST', target: '/user/login' }) },
    { what: '6 refused passwords', lines: requests(6, 3, { target: '/admin/', status: 401 }) },
    { what: '40 pages in a few seconds', lines: requests(40, 0.1, { target: '/page/{n}' }) },
  ],
  silent: [
    { what: '9 pages that are not there', lines: requests(9, 2, { target: '/a{n}', status: 404 }) },
    { what: '10 missing pages over an hour', lines: requests(10, 360, { target: '/a{n}', status: 404 }) },
    { what: 'one missing page asked for again and again', lines: requests(30, 1, { target: '/a', status: 404 }) },
    { what: 'missing pictures of a page', lines: requests(20, 0, { target: '/img/{n}.png', status: 404 }) },
    { what: 'two private files', lines: requests(2, 1, { target: '/.env{n}', status: 404 }) },
    {
      what: 'browsers that are first refused and then know the password',
      lines: [401, 200, 401, 200, 401, 200, 401, 200, 401, 200, 401, 200].flatMap(status => requests(1, 0, { target: '/share', status })),
    },
    { what: '5 forms sent to the login page', lines: requests(5, 3, { method: 'POST', target: '/user/login' }) },
    { what: 'forms that lead on', lines: requests(20, 1, { method: 'POST', target: '/user/login', status: 302 }) },
    { what: '39 pages in a few seconds', lines: requests(39, 0.1, { target: '/page/{n}' }) },
  ],
}
