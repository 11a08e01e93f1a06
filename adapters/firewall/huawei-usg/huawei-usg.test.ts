// The USG driver on a real SSH server that answers like VRP: the shared contract, and what makes trouble.
import { cliFirewallContract } from '../../../tests/contracts/cli-firewall.js'
import { huaweiUsg } from './index.js'

cliFirewallContract(huaweiUsg, {
  vendor: 'vrp',
  sections: {
    'security-policy': [
      'rule name guanjia-src',
      ' source-address address-set guanjia-block',
      ' action deny',
      'rule name guanjia-dst',
      ' policy logging',
      ' destination-address address-set guanjia-block',
      ' action deny',
      'rule name out',
      ' source-zone trust',
      ' action permit',
    ],
  },
})
