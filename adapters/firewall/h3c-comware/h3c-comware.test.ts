// The Comware driver on a real SSH server that answers like it: the shared contract, and what makes trouble.
import { cliFirewallContract } from '../../../tests/contracts/cli-firewall.js'
import { h3cComware } from './index.js'

const deny = (group: string) => [
  'rule 0 name guanjia-src',
  ' action drop',
  ` source-ip ${group}`,
  'rule 1 name guanjia-dst',
  ` destination-ip ${group}`,
  'rule 2 name out',
  ' action pass',
]
cliFirewallContract(h3cComware, {
  vendor: 'comware',
  sections: { 'security-policy ip': deny('guanjia-block'), 'security-policy ipv6': deny('guanjia-block6') },
})
