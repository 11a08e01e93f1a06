// Removes what WeCom answers with 40033 (control characters, halves of characters); applied to every text that leaves.

/** Line breaks and tabs stay. */
export function cleanText(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Cs}]/gu, '')
}
