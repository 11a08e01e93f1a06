// Turns passwords into what may be stored, and checks them.

export interface PasswordHasher {
  hash(password: string): Promise<string>
  /** In constant time; false for a hash it does not understand. */
  verify(hash: string, password: string): Promise<boolean>
}
