// Which passwords are tried on an account, most likely first: made from the customer's own name and year, and from what is known to be used.
// Pure; nothing here is ever stored. The first three count most: the ledger grants no more in half an hour.

export interface CandidateFacts {
  readonly login: string
  /** Code of the customer: `uni`. */
  readonly code: string
  readonly year: number
  /** Words of the customer's own: short names, products, places; latin letters and digits are used. */
  readonly words?: readonly string[]
}

/** Default accounts by service; what is common on devices and servers. */
export const defaultLogins: Readonly<Record<string, readonly string[]>> = {
  ssh: ['root', 'admin', 'test'],
  ftp: ['ftp', 'admin', 'test'],
  mysql: ['root', 'test'],
  redis: [''],
}

/** Used everywhere, in the order in which they are met (general knowledge, no list copied). */
const common = [
  '123456',
  'admin123',
  'Admin@123',
  'password',
  '12345678',
  'P@ssw0rd',
  '888888',
  '111111',
  'qwerty',
  '1qaz2wsx',
  'root',
  'toor',
  'test',
]

export function candidatesFor({ login, code, year, words = [] }: CandidateFacts): readonly string[] {
  const own = [code, ...words].filter(word => /^[a-z0-9]{2,20}$/i.test(word)).map(word => word.toLowerCase())
  const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1)
  const fromOwn = own.flatMap(word => [`${word}123`, `${capital(word)}@123`, `${capital(word)}@${year}`, `${word}${year}`])
  const fromLogin = login === '' ? [] : [login, `${login}123`, `${capital(login)}@123`, `${login}@${year}`]
  const [first = '', second = '', third = '', ...rest] = common
  // What one sees most often comes first; then the customer's own, which no dictionary has.
  const ranked = [
    ...fromLogin.slice(0, 1),
    first,
    ...fromLogin.slice(1, 2),
    ...fromOwn.slice(0, 2),
    second,
    third,
    ...fromLogin.slice(2),
    ...fromOwn.slice(2),
    ...rest,
  ]
  return [...new Set(ranked)]
}
