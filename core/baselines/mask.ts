// Secrets of configuration lines are taken out before a line is kept or shown; used for evidence and for stored texts.

const AFTER =
  /\b((?:password|community|secret|key|authentication-key)(?:\s+(?:read|write|cipher|simple|irreversible-cipher|hash|plain|encrypted|\d))+|irreversible-cipher|cipher|simple|secret|password|pre-shared-key|psk|community|auth-key|requirepass|masterauth|identified by|private-key)(\s+|\s*[=:]\s*)(["']?)([^\s"']{2,})\3/gi
const ENCODED = /\bENC\s+\S+/g
/** Hashes of /etc/shadow and ACL LIST. */
const HASH = /\$(?:1|2[aby]|5|6|y|gy|7)\$[^\s:]{6,}|#[0-9a-f]{64}\b/gi
/** What stands after these words is a way of storing, not the secret. */
const KINDS = /^(?:read|write|cipher|simple|irreversible-cipher|hash|plain|encrypted|sha256|md5|\d)$/i

export function masked(line: string): string {
  return line
    .replaceAll(AFTER, (all, word: string, gap: string, quote: string, value: string) =>
      KINDS.test(value) ? all : `${word}${gap}${quote}***${quote}`,
    )
    .replaceAll(ENCODED, 'ENC ***')
    .replaceAll(HASH, '***')
}
