// Takes passwords, tokens and keys out of text that came with a finding; nothing found by a scanner may be stored in clear.
const NAMES =
  'pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|client[-_]?secret|sess(?:ion)?[-_]?id|phpsessid|jsessionid|community|credential|口令|密码'
const ASSIGNED = new RegExp(
  `((?:^|[^\\w])["']?(?:[\\w.-]{0,30}[-_.])?(?:${NAMES})["']?\\s{0,3}(?:=|:|：|%3D)\\s{0,3}["']?)([^\\s"'&,;<>]{1,500})`,
  'gi',
)
const HEADERS = /((?:^|\n)\s{0,20}(?:proxy-)?(?:authorization|cookie|set-cookie|x-api-key|x-auth-token)\s{0,3}:\s{0,3})([^\r\n]{1,4000})/gi
const IN_URL = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"'<>]{0,100}:)([^\s/@"'<>]{1,200})(?=@)/gi
const TOKENS =
  /\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[0-9A-Za-z]{30,100}|glpat-[\w-]{20,60}|xox[abprs]-[\w-]{10,100}|eyJ[\w-]{10,2000}\.[\w-]{10,4000}\.[\w-]{0,2000}|sk-[A-Za-z0-9_-]{20,100})/g
const KEY_BLOCK = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,20000}?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g

export function maskSecrets(text: string): string {
  if (text === '') return text
  return text
    .replace(KEY_BLOCK, '（私钥已隐去）')
    .replace(TOKENS, '***')
    .replace(IN_URL, '$1***')
    .replace(HEADERS, '$1***')
    .replace(ASSIGNED, '$1***')
}

/**
 * How a found password may be shown: first and last character and length; shorter than six only the length, none said as such.
 */
export function maskPassword(password: string): string {
  if (password === '') return '空口令'
  const letters = [...password]
  return letters.length < 6 ? `${letters.length} 位` : `${letters[0] ?? ''}…${letters.at(-1) ?? ''}（${letters.length} 位）`
}
