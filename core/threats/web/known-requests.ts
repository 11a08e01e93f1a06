// Paths that are asked for by nobody but exploits, back doors and scanners; used by judge-request.ts and the model web-probing. Own list of public facts.
import { ownText } from '../../own-text.js'
import type { WebVerdict } from './web-verdict.js'
import { percentDecoded } from './payload-views.js'

/** What the request exploits; of its path in lower case, once as it came and once decoded. Those that need the query are tested on the whole. */
const EXPLOITS: readonly (readonly [string, RegExp])[] = [
  ['CVE-2022-35914', /\/htmlawedtest\.php/],
  ['CVE-2022-46169', /\/remote_agent\.php\?.*action=polldata.*(?:poller_id=[^&]*[;|`$(]|local_data_ids)/],
  ['CVE-2023-22515', /\/setup\/setupadministrator(?:-start)?\.action|\/server-info\.action|bootstrapstatusprovider/],
  ['CVE-2023-22518', /\/json\/setup-restore(?:-local|-progress)?\.action/],
  ['CVE-2024-0012', /\.php\/\.js\.map|\/ztp_gate\.php/],
  ['CVE-2025-0108', /\/unauth\/(?:%2e|\.){2}\//],
  ['CVE-2024-38475', /^\/html\/usr\/(?:share|local|lib)\/|\/(?:usr|var|etc|opt)\/[^?]{1,200}(?:%3f|\?)(?:\.\w+)?$/],
  ['CVE-2022-37042', /\/service\/extension\/backup\/mboximport/],
  ['CVE-2018-13379', /\/remote\/fgt_lang\?lang=|sslvpn_websession/],
  ['CVE-2021-43798', /\/public\/plugins\/[\w-]{1,60}\/(?:\.|%2e){2}/],
  ['CVE-2021-41773', /\/(?:cgi-bin|icons)\/(?:[^?]{0,200}(?:%2e|%%32%65|\.%2e|%2e\.)){1}/],
  ['CVE-2017-9841', /phpunit\/[\w./-]{0,80}eval-stdin\.php/],
  [
    'CVE-2021-26855',
    /\/autodiscover\/autodiscover\.json\?.{0,80}(?:@|powershell)|\/ecp\/[\w.]{1,20}\.js(?:\?|$)|\/owa\/auth\/x\.js|\/ecp\/(?:ddi\/ddiservice|proxylogon)/,
  ],
  ['CVE-2019-19781', /\/vpns?\/(?:\.\.\/)?(?:vpns\/)?(?:portal\/scripts|cfg\/smb\.conf)|\/vpn\/(?:\.\.|%2e%2e)\//],
  ['CVE-2020-5902', /\/tmui\/login\.jsp\/(?:\.\.;|%2e%2e;)|\/mgmt\/tm\/util\/bash|\/mgmt\/shared\/authn\/login/],
  ['CVE-2021-21972', /\/ui\/vropspluginui\/|\/analytics\/telemetry\/ph\/api\/|\/ui\/h5-vsan\/rest\//],
  ['CVE-2022-22954', /\/catalog-portal\/ui\/oauth\/verify/],
  ['CVE-2022-22947', /\/actuator\/gateway\/(?:routes|refresh)/],
  [
    'CVE-2017-10271',
    /\/wls-wsat\/|\/_async\/async(?:response)?service|\/console\/(?:images|css)\/(?:%25?2e){2}|\/console\/consolejndi\.portal|\/bea_wls_(?:internal|deployment)/,
  ],
  ['CVE-2021-3129', /\/_ignition\/(?:execute-solution|health-check|scripts)/],
  ['CVE-2014-3704', /\/\?q=user\/password&name(?:\[|%5b)|q=node&destination=node.*(?:\[|%5b)%23|user\/register\?.*drupal_ajax/],
  ['CVE-2018-10561', /\/gponform\/diag_form/],
  ['CVE-2015-2051', /\/hnap1(?:\/|\?|$)/],
  ['CVE-2017-17215', /\/ctrlt\/deviceupgrade_1/],
  ['CVE-2023-1389', /\/cgi-bin\/luci\/;stok=\/locale/],
  [
    'router-command',
    /\/(?:setup|shell|nobody\/\w+|system_log|adv|apply|ping|diagnostic|tmunblock|hedwig|authlogin|webproc|login|command|upload|config|supervisor\/cloudbackup|goform\/\w+|cstecgi|nas_sharing|mainfunction|export_log|ntpsyncset|account_mgr|weblogin|rpc|hotspot|user)\.(?:cgi|php)\?[^ ]*(?:cmd|system|command|exec|todo=syscmd)=|\/cgi-bin\/(?:mainfunction|nas_sharing|cstecgi)\.cgi|\/boaform\/(?:admin\/)?form|\/shell\?cd|\/goform\/(?:webrestore|setsysemailsettings|setsystoolchangepwd|set_limitclient_cfg)|\/picsdesc\.xml|\/wanipcn\.xml|\/upnpdev\.xml|\/sdk\/weblanguage|\/device\.rsp\?opt=(?:user|sys)|\/backupmgt\/localjob\.php|\/cgi-bin\/(?:kerbynet|viewlog\.asp|jarrewrite\.sh|test-cgi|php(?:\d|-cgi)?\b|admin\.cgi|status|bash|user\/config\.exp|webctrl\.cgi|nobody|slogin)/,
  ],
  [
    'thinkphp',
    /invokefunction|think\\(?:app|container|module|view|request|config|template)|[?&]s=\/?(?:index\/)?\\?think|_method=__construct/,
  ],
  ['struts', /\.action\?(?:redirect|action|redirectaction|method)(?::|%3a)|[?&](?:class\.classloader|class\.module)/],
  [
    'solr',
    /\/solr\/[\w-]{0,40}\/(?:dataimport|config|replication\/\?|select\?.*(?:wt=velocity|shards=|stream\.url)|debug\/dump)|\/solr\/admin\/(?:collections|cores|info)/,
  ],
  ['jboss', /\/(?:jmx-console|web-console|invoker|admin-console)(?:\/|$|\?)|jmxinvokerservlet|\/jbossmq-httpil/],
  ['jenkins', /\/descriptorbyname\/|\/securityrealm\/user\/|\/script(?:text)?$(?!\?)|\/jenkins\/script|\/cli\?remoting=/],
  ['nacos', /\/(?:nacos\/)?v1\/auth\/users(?:\/login)?\?(?:pageno|search|username)|\/nacos\/v1\/(?:cs|core|ns)\//],
  [
    'office-systems',
    /\/(?:weaver|weaver\/bsh\.servlet|bsh\.servlet)|bshservlet|\/servlet\/~?ic\/|\/seeyon\/(?:htmlofficeservlet|thirdpartycontroller|wpsassistservlet|ajax\.do|autoinstall)|\/ispirit\/(?:im\/upload|interface\/gateway)|\/mac\/gateway\.php|\/general\/(?:index\/uploadfile|login_code\.php|data_center)|\/webreport\/reportserver|\/report\/reportserver\?op=|\/yyoa\/|\/uapim\/upload|\/uapjs\/|\/page\/exportimport\/uploadoperation|\/e-mobile\/|\/ncchr\/|\/eps\/api\/|\/c6\/jhsoft|\/tplus\/(?:sm\/upload|ajaxpro)|\/guest_auth\/guestisup|\/casmain\.xgi|\/portal\/services\/carquery|\/defaultroot\/(?:upload|public|\w+\/.*\.jsp)|\/clusterrolebinding|\/kingdee\//,
  ],
  ['php-cgi', /\.php\?(?:-d|%2dd|%ad)|\/php(?:path)?\/php\?|\?%ad|[?&]-d\+?allow_url/],
  [
    'mifs',
    /\/mifs\/(?:\.;|aad\/api)|\/api\/v1\/totp\/user-backup-code|\/dana-(?:na|ws)\/[^?]{0,60}\.\.|\/api\/v1\/(?:license\/keys-status|configuration\/users)\/|\/dana-na\/auth\/url_default\/compcheck/,
  ],
  ['setup-wizard', /\/setupwizard\.aspx\/|\/guestaccess\.aspx|\/human\.aspx|\/moveitisapi/],
  ['teamcity', /\?jsp=\/app\/rest|\/app\/rest\/users.*;\.jsp|\/hax\?jsp=/],
  ['activemq', /\/fileserver\/[^?]+\.jsp|\/api\/jolokia\/(?:exec|read|list|search)|\/jolokia\/(?:exec|read|list)/],
  ['cold-fusion', /\/cfide\/(?:administrator|adminapi|wizards|componentutils)|\/cf_scripts\//],
  [
    'joomla',
    /option=com_\w{1,40}&(?:.{0,200})(?:list\[fullordering\]|view=.*&layout=\.\.|controller=\.\.)|api\/index\.php\/v1\/config\/application\?public/,
  ],
  [
    'wordpress',
    /wp-content\/plugins\/(?:wp-file-manager\/lib\/php\/connector|revslider\/temp|formcraft\/file-upload|wp-symposium\/server|duplicator\/installer|mail-masta\/inc|site-editor\/editor|work-the-flow)|revslider_(?:show_image|ajax)|admin-ajax\.php\?action=(?:revslider|duplicator_download|nopriv)|wp-json\/wp\/v2\/posts\/\d+\?id=\d+\w|[?&]author=\d+$|rest_route=\/wp\/v2\/users|wp-json\/wp\/v2\/users/,
  ],
  ['axis', /\/axis2?\/(?:services\/(?:version|adminservice)|axis2-admin)|\/services\/adminservice/],
  ['geoserver', /\/geoserver\/(?:wfs|ows|wms)\?.*(?:valuereference=exec|java\.lang|cql_filter=.*strsubstring)/],
  ['ofbiz', /\/webtools\/control\/(?:xmlrpc|programexport|viewblockcsp|forgotpassword\/)/],
  ['exchange-ews', /\/mapi\/nspi\/?\?.*@|\/powershell\/?\?.*x-rps/],
  ['spring-jolokia', /\/(?:actuator\/)?(?:heapdump|jolokia|restart|shutdown)(?:$|\?|\/)|\/env\b.*eureka\.client/],
  [
    'sap',
    /\/sap\/bc\/gui\/sap\/its\/webgui|\/irj\/(?:portal|go)|\/developmentserver\/metadatauploader|\/ctc\/servlet|^\/nwa(?:\/|$|\?)|\/sap\/admin\/public/,
  ],
  [
    'w00tw00t',
    /w00tw00t|\/muieblackcat|\/core\/skin\/login\.aspx|\/zmeu|\/hello\.world\?|\/nmaplowercheck|\/nice%20ports|\/trinity\.txt|\/ab2[gh](?:$|\?)|\/nmap\/folder\/check|\/evox\/about|\/sdk$|\/acunetix|\/nessus|\/appscan_fingerprint|\/netsparker-|\/\.well-known\/acme-nuclei|\/wvs_|\/crowdsec-test-/,
  ],
  [
    'file-managers',
    /\/(?:elfinder|filemanager|kcfinder|ckfinder|fckeditor|ueditor)\/(?:[\w/.-]{0,80})(?:connector|upload|controller|browse)\.\w+(?:\?.*(?:cmd=|action=catchimage|command=))/,
  ],
  [
    'docker-api',
    /^\/(?:v1\.\d{2}\/)?(?:containers\/(?:json|create)|images\/json|exec\/\w{12,})|^\/api\/v1\/namespaces\/\w+\/(?:pods|secrets)|^\/_cat\/indices|^\/\?(?:xdebug_session_start=phpstorm|format=json&user=guest)/,
  ],
  ['proxy-judge', /^\/(?:proxyheader|azenv|ip4|judge|prxjdg)\.(?:php|cgi)/],
]

/** Names of well-known back doors. */
const WEBSHELLS =
  /\/(?:c99(?:shell)?|r57(?:shell)?|b374k\w*|wso\d?(?:shell)?|webshell|web_shell|phpspy\w*|jspspy\w*|aspspy\w*|aspxspy\w*|caidao|antsword|behinder|godzilla|icesword|weevely\w*|indoxploit|idx|alfa(?:shell|-rex|cgiapi|new|_data\/\w+)?|marijuana|mini_?shell|minishell|madspot|gaza|cgitelnet|cmdjsp|jsp-?file-?browser|cmdasp|shell(?:x|_?\d+)?|reverse-shell|backdoor|bypass|sym(?:link)?403|uploader|up_?load_?shell|r00t|1337w?|0x\w{1,10}|fx29\w*|dhanush|erne|locus7s?|simattacker|safe0ver|stres|gfs|php-backdoor|dx|dc3|nst(?:view)?|nshell|lamashell|mysql_interface|remview|rootshell|sosyete|winx|wsoenigma|zaco|stunshell|tryag|small|sincap|pws|h4ck\w*|hmei7|liz0zim|lolipop|myshell|ngh|rst_sql|rusher|s72|semi-priv8|shellbot|simple-backdoor|simple_cmd|spygrup|telnet|troyan|worse|wawa|xroot|gel4y|tinyshell|ws[0o]|leafmailer|an0n_?\w*|ajaxshell|antichat|aventgrup|cybershell|ctt_sh|dtool|efso|ekin0x|fatal|ironshell|itsec|jackal|kadot|kral|mahkeme|matamu|moroccan|phantasma|phvayv|predator|priv8|qsd|ru24|saudi\w*|server-?shell|teamps|uploadshell|wolf|wshell|cmd)\.(?:php\d?|phtml|jspx?|jspf|aspx?|ashx|cfm|cgi|pl)(?:$|[?/])|\/\w*(?:_|-)?(?:shell|backdoor|b374k|r57|c99)(?:_\w*)?\.(?:php\d?|phtml|jspx?|aspx?|ashx)(?:$|[?/])/

/** Files that are nowhere meant to be fetched. */
const SENSITIVE =
  /(?:^|\/)\.(?:env(?:\.\w+)*|docker(?:cfg|ignore)?|terraform\w*|gem|npm|yarnrc|eslintrc|editorconfig|gitmodules|gitattributes|gitlab|github|azure\w*|pgpass|wget-hsts|lesshst|python_history|node_repl_history|irb_history|tmux\.conf|vimrc|xauthority|iceauthority|mysql|psqlrc|mongorc\.js|drone\.yml|git(?:\/|$|ignore$|config$|-credentials)|svn(?:\/|$)|hg(?:\/|$)|bzr|cvs|aws(?:\/|$)|ssh(?:\/|$)|docker|kube|npmrc|pypirc|netrc|htpasswd|htaccess|passwd|bash\w*|zsh\w*|sh_history|history|profile|mysql_history|psql_history|viminfo|ds_store|idea(?:\/|$)|vscode(?:\/|$)|cache$|config$|local$|subversion|travis\.yml|circleci|gitlab-ci\.yml|dockerenv|rediscli_history|sqlite|my\.cnf|boto|s3cfg|listing|perf|rhosts|forward|nsconfig|swf|web)(?:$|[/?.~])|(?:^|\/)\.(?:env|git|svn|hg|ssh|aws|passwd|htpasswd|bash_history|ds_store)|\/(?:wp-config\.php[.~_-]\w*|wp-config\.(?:bak|old|txt|save|orig|zip)|configuration\.php[.~-]\w*|config\.(?:inc\.php\.bak|php\.(?:bak|old|save|swp)|json|ya?ml|ini|bak|old)|settings\.py|local_settings\.py|database\.(?:yml|sql|sqlite\d?|php\.bak)|credentials(?:\.\w+)?|secrets?\.(?:ya?ml|json|env|txt)|id_(?:rsa|dsa|ed25519)(?:\.\w+)?|server\.key|private\.key|privatekey\.\w+|web\.config(?:\.\w+)?|appsettings(?:\.\w+)?\.json|application(?:-\w+)?\.(?:ya?ml|properties)|docker-compose\.ya?ml|dockerfile|composer\.(?:json|lock)|package-lock\.json|phpinfo\.php|info\.php|php_info\.php|test\.php|adminer(?:-[\d.]+)?\.php|phpmyadmin(?:\/|$)|pma(?:\/|$)|server-status|server-info|web-inf\/|meta-inf\/|_profiler|telescope\/requests|debug\/default\/view|actuator(?:\/(?:env|mappings|beans|configprops|trace|httptrace|loggers|threaddump|dump|logfile))?$|trace\.axd|elmah\.axd|crossdomain\.xml\.bak|install\.php|backup(?:s)?\.(?:zip|tar(?:\.gz)?|sql|rar|7z)|dump\.sql|db\.sql|data\.sql|www\.(?:zip|rar|tar\.gz)|wwwroot\.\w+|site\.(?:zip|tar\.gz)|\d{4,8}\.(?:sql|zip|rar)|deploy\.rb|sftp(?:-config)?\.json|filezilla\.xml|recentservers\.xml|ws_ftp\.ini|error_log|debug\.log|laravel\.log|access\.log)(?:$|\?)|\.(?:sql|bak|old|orig|swp|save|dump|mdb|pem|ppk|pfx|kdbx|keystore|jks|sqlite3?|db3)(?:\.(?:gz|zip|bz2|7z))?$/

/** What in a query makes a look at the whole request worth while. */
const TELLING_QUERY =
  /think|polldata|todo=|(?:cmd|exec|command|system)=|powershell|[?&](?:redirect|action)(?:action)?(?::|%3a)|classloader|class\.module|wt=|stream\.url|shards=|fullordering|com_|author=\d|rest_route|revslider|duplicator|\?id=\d+[a-z]|jsp=|op=|cql_filter|valuereference|xdebug|&user=guest|[?&](?:-|%2d)d|%ad|q=(?:user|node)|drupal|catchimage|invokefunction|__construct|pageno|search=accurate|remoting|compcheck|lang=\/|sslvpn|opt=(?:user|sys)|%3f|@\w|locale&|layout=\./

interface PathFacts {
  readonly exploit: string | undefined
  readonly isWebshell: boolean
  readonly isSensitive: boolean
}

/** Sites have few paths and are asked for them often. Emptied when full; longer paths are not kept. */
const known = new Map<string, PathFacts>()
const KNOWN_PATHS = 8_192
const KNOWN_LENGTH = 200
const LOOKED_AT = 2_000

function factsOf(path: string): PathFacts {
  const before = known.get(path)
  if (before !== undefined) return before
  const [raw, decoded] = readings(path)
  const facts: PathFacts = {
    exploit: exploitIn(raw, decoded),
    isWebshell: WEBSHELLS.test(decoded),
    isSensitive: SENSITIVE.test(decoded.slice(0, 600)),
  }
  if (path.length <= KNOWN_LENGTH) {
    if (known.size >= KNOWN_PATHS) known.clear()
    known.set(ownText(path), facts)
  }
  return facts
}

function readings(text: string): [string, string] {
  const raw = text.slice(0, LOOKED_AT).toLowerCase()
  return [raw, raw.includes('%') ? percentDecoded(raw, false).toLowerCase() : raw]
}

function exploitIn(raw: string, decoded: string): string | undefined {
  return EXPLOITS.find(([, pattern]) => pattern.test(decoded) || (decoded !== raw && pattern.test(raw)))?.[0]
}

/** Undefined for what is asked for in ordinary use too. */
export function knownRequest(original: string): WebVerdict | undefined {
  const mark = original.indexOf('?')
  const path = mark === -1 ? original : original.slice(0, mark)
  const facts = factsOf(path)
  if (facts.isWebshell) return verdict('webshell-access', 'webshell-name', path)
  if (facts.exploit !== undefined) return verdict('known-exploit', facts.exploit, original)
  if (mark === -1 || !TELLING_QUERY.test(original.slice(mark, LOOKED_AT).toLowerCase())) return undefined
  const exploit = exploitIn(...readings(original))
  return exploit === undefined ? undefined : verdict('known-exploit', exploit, original)
}

/** True for files that are nowhere meant to be fetched; one request may be an accident, some are a search. */
export function isSensitivePath(path: string): boolean {
  return factsOf(path).isSensitive
}

function verdict(kind: 'webshell-access' | 'known-exploit', sign: string, payload: string): WebVerdict {
  return { kind, signs: [sign], where: 'path', payload: payload.slice(0, 120) }
}
