// Texts that are kept for long: a piece cut out of a line keeps the whole line in memory until it is copied. Used by everything that remembers such pieces.

/**
 * The same text without the longer one it was cut from. V8 lets a piece of 13 characters or more point into its origin, so thousands of remembered
 * names would hold thousands of lines of 64 KB.
 */
export function ownText(text: string): string {
  // Joined and cut again: the new piece points into a text that is one character longer than itself.
  return ` ${text}`.slice(1)
}
