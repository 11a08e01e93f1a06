// Undoes the ways people make an address or URL unclickable (hxxp://, [.], (dot)); used for lists that are imported and for what is asked in chat.

/** `hxxps[:]//evil[.]example` → `https://evil.example`. */
export function refang(text: string): string {
  return text
    .trim()
    .replaceAll(/\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\{dot\}|\\\./gi, '.')
    .replaceAll(/\[:\]|\(:\)|\{:\}/g, ':')
    .replace(/^(\w{2,10})\[:\/\/\]/, '$1://')
    .replace(/^h(?:xx|\*\*|tt)p(s?):\/\//i, 'http$1://')
    .replace(/^fxp(s?):\/\//i, 'ftp$1://')
}
