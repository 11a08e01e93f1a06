// What an nftables device row must say; used by the driver. The forms of its address are those of every Linux device.
import { LinuxPlace, readLinuxPlace } from '../../shared/linux-address.js'

export const NftablesConfig = LinuxPlace
export type NftablesConfig = LinuxPlace
export const configureNftables = readLinuxPlace
