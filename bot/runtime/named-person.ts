// Which person of a list a sentence names, by name or userid; called by commands that hand something to somebody.
import { AppError } from '../../core/errors.js'
import type { Person } from '../../core/tenants/tenant.js'

/** @throws CHOICE_NEEDED when several are named, ARGUMENT_MISSING with `missing` when nobody is */
export function namedPerson(text: string, people: readonly Person[], missing: { readonly what: string; readonly example: string }): Person {
  const words = text.toLowerCase().split(/[^a-z0-9_.@-]+/)
  const named = people.filter(person => text.includes(person.name) || words.includes(person.userId))
  if (named.length > 1)
    throw new AppError('CHOICE_NEEDED', {
      n: named.length,
      choices: named
        .slice(0, 4)
        .map(person => person.name)
        .join('、'),
    })
  if (!named[0]) throw new AppError('ARGUMENT_MISSING', missing)
  return named[0]
}
