// The token of an Authorization header (RFC 6750), or undefined.
export function bearerToken(header: string): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,200})$/i.exec(header)?.[1]
}
