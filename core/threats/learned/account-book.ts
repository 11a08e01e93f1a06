// The profiles of a tenant's accounts in bounded memory; used by models/behaviour-baseline.ts and the campaign.
import { z } from 'zod'
import { AccountProfile, SavedProfile, type Departure, type Logon, type ProfileLimits } from './account-profile.js'

const MAX_ACCOUNTS = 20_000
/** Those used last; a profile is some 400 bytes, few reach 2 KB. */
const SAVED_ACCOUNTS = 600
const Saved = z.array(SavedProfile).max(SAVED_ACCOUNTS)

export class AccountBook {
  private profiles = new Map<string, AccountProfile>()
  constructor(private readonly limits: ProfileLimits = { learningDays: 14, deviation: 3.5 }) {}

  add(logon: Logon): Departure[] {
    const key = logon.account.slice(0, 80).toLowerCase()
    const profile = this.profiles.get(key) ?? new AccountProfile(key, logon.at)
    this.profiles.delete(key)
    this.profiles.set(key, profile)
    if (this.profiles.size > MAX_ACCOUNTS) this.profiles.delete(this.profiles.keys().next().value!)
    return profile.add(logon, this.limits)
  }

  snapshot(): unknown {
    return [...this.profiles.values()].slice(-SAVED_ACCOUNTS).map(profile => profile.save())
  }

  restore(state: unknown): void {
    const saved = Saved.safeParse(state).data ?? []
    this.profiles = new Map(saved.map(one => [one[0], AccountProfile.load(one)]))
  }
}
