// Takes secrets out of a raw line before it is shown to a person; called by log-search.ts. The archive keeps the line as it came.

const HIDDEN = '***'
/** Words whose value is a secret, in the ways logs write them: `password=x`, `"token": "x"`, `passwd x`. */
const SECRET_FIELD =
  /(["']?(?:[\w-]{0,40}(?:passw(?:or)?d|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|session_?id|jsessionid|phpsessid|口令|密码|密钥))["']?\s{0,3}(?:[:=：]\s{0,3}|\s(?=["'])))("[^"]{0,2000}"|'[^']{0,2000}'|[^\s"',;&|)\]}]{1,2000})/giu
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, HIDDEN],
  [
    /\b((?:proxy-)?authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:basic|bearer|digest|negotiate|ntlm)?\s{0,3})[\w+/=.~-]{4,4000}/gi,
    `$1${HIDDEN}`,
  ],
  [/\b(bearer\s{1,3})[\w+/=.~-]{8,4000}/gi, `$1${HIDDEN}`],
  [/\b((?:set-)?cookie["']?\s{0,3}[:=]\s{0,3})[^\r\n"]{1,4000}/gi, `$1${HIDDEN}`],
  [/\b([a-z][a-z0-9+.-]{1,15}:\/\/[^\s/:@]{1,100}:)[^\s/@]{1,200}@/gi, `$1${HIDDEN}@`],
  [/\beyJ[\w-]{8,4000}\.[\w-]{4,4000}\.[\w-]{0,4000}/g, HIDDEN],
  [/\b(?:AKIA|LTAI|AKID)[0-9A-Za-z]{12,40}\b/g, HIDDEN],
  [/(\s(?:-p|--password|--pass)(?:=|\s))\S{1,200}/g, `$1${HIDDEN}`],
]
const MAX_LENGTH = 16_384

/** Bounded: of a longer line the rest is left out. */
export function redactLine(raw: string): string {
  let text = raw.slice(0, MAX_LENGTH)
  for (const [pattern, instead] of PATTERNS) text = text.replace(pattern, instead)
  // `failed password for root` names no password.
  return text.replace(
    SECRET_FIELD,
    (_, name: string, value: string) => `${name}${/^["']/.test(value) ? `${value[0]!}${HIDDEN}${value[0]!}` : HIDDEN}`,
  )
}
