// Which port of ports/devices.ts a device is driven through.
export type DevicePort = 'firewall' | 'switch' | 'host'
