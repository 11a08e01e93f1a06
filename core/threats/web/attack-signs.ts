// What a payload of a web attack looks like, sign by sign; read by judge-request.ts. Own work, after the documented syntax of the languages attacked.
import { functionCall, phpVariableCall } from './code-words.js'
import { commandSigns } from './command-signs.js'
import type { Sign } from './sign.js'

const sql = (id: string, weight: number, pattern: RegExp): Sign => ({ id, kind: 'sql-injection', weight, pattern })
const xss = (id: string, weight: number, pattern: RegExp): Sign => ({ id, kind: 'cross-site-scripting', weight, pattern })
const file = (id: string, weight: number, pattern: RegExp): Sign => ({ id, kind: 'path-traversal', weight, pattern })
const code = (id: string, weight: number, pattern: RegExp): Sign => ({ id, kind: 'code-injection', weight, pattern })
const php = (id: string, weight: number, pattern: RegExp): Sign => ({ id, kind: 'php-injection', weight, pattern })

const COMPARE = String.raw`(?:[=<>]|!=|\b(?:like|glob|rlike|regexp|between|sounds|is|in)\b)`

const sqlSigns: readonly Sign[] = [
  sql(
    'union-select',
    1,
    /\bunion[\s(]+(?:(?:all|distinct)\b|\(\s*select\b|(?:select|values)(?:\s*[\d'"(@*,]|\s+(?:null|\w+\s*(?:[,(]|from\b|--|;))|\s+$))/,
  ),
  sql('nulls', 1, /(?:,\s*null\s*){2}|\bnull\s*,\s*null\b/),
  sql(
    'quote-keyword',
    1,
    /['"`]\s*(?:glob|like|rlike|regexp|between|is|in|collate|union|having|div|mod)\b\s*(?:['"\d(]|null|not|binary|select|all)/,
  ),
  sql('quote-gap-quote', 1, /\d['"]\s+['"]\s*\d|^'\s*'\s*$|^['"]\s*(?:=|<|>|\+|-|\*|\|\||&&)\s*['"]/),
  sql(
    'overflow',
    1,
    /^(?:-0000023456|4294967295|4294967296|2147483648|-2147483648|-2147483649|0000012345|0000023450|0000023456|2\.2250738585072\d{3}e-308|1e309|18446744073709551616)$/,
  ),
  sql('scientific', 1, /\d\.e\s*[(.'"]|\d\.e\d*\s*\(/),
  sql(
    'definition',
    1,
    /\bcreate\s+(?:or\s+replace\s+)?(?:function|procedure)\s+\S+.{0,80}\b(?:returns?|as|begin)\b|\bdeclare\s+[@#]\w|\balter\s+\w+\s.{0,60}\bcharacter\s+set\b|\bmerge\b.{1,80}\busing\s*\(|\bmatch\s*\(?.{0,60}\)?\s*against\s*\(|\bexec(?:ute)?\s+(?:master|sp_|xp_|\(|@)|\bselect\s+(?:pg_\w|user\s*\(|current_|session_|if\s*\(|case\b|null\b|top\s+\d|distinct\s+\w|'|"|\d+\s*(?:,|;|--|from\b|where\b|union\b|$))|\bfrom\s+dual\b|\bshow\s+(?:tables|databases|columns|grants)\b|\b(?:group|order)\s+by\s*\(|\bas\s*['"]\w+['"]\s*from\b/,
  ),
  sql('select-list', 1, /\bselect\s+(?:\*|[@\w.`"']+\s*,\s*[@\w.`"'(]|[\w.]+\s*\(|@@|0x)[^;]{0,200}(?:\bfrom\b|$)/),
  sql('select-from', 0.5, /\bselect\s+\S{1,60}\s+from\s+\S/),
  sql('sub-select', 1, /[(=,]\s*select\s+\S/),
  sql(
    'schema',
    1,
    /\b(?:information_schema|pg_catalog|pg_shadow|pg_user|sysobjects|syscolumns|sys\.(?:user|all|database|schema|objects)\w*|mysql\.(?:user|db)|sqlite_(?:master|schema|temp_master)|all_tables|user_tables|dba_users|msysaccessobjects|master\.\.\w+|v\$version)\b/,
  ),
  sql(
    'tautology',
    1,
    /(?:^|[\s)'"/;])(?:or|and|xor|not|\|\||&&)[\s(+!~-]*(?:'[^']{0,60}'|"[^"]{0,60}"|\d+(?:\.\d+)?)\s*(?:[=<>?@!~]|->|::|\b(?:like|is|in|rlike|glob)\b)/,
  ),
  sql('quote-boolean', 1, new RegExp(String.raw`['"\`]\)*\s*(?:or|and|xor|not|having|\|\||&&)[\s(!~+-]*[\w@.'"\`]{1,60}\)*\s*${COMPARE}`)),
  sql(
    'quote-boolean-literal',
    1,
    /['"`]\)*\s*(?:or|and|xor|\|\||&&)\s*[!~-]*\s*(?:\d|@|null\b|true\b|false\b)|^[^'"]*['"]\)*\s*(?:or|and|xor|\|\||&&|having|union|like|in|is)\s*['"]/,
  ),
  sql('like-quote', 1, /\blike\s*['"](?:\s*$|%|_)|\blike\s+(?:binary\s+)?['"][^'"]*%/),
  sql('assign', 1, /@\w{1,30}\s*:=|\bset\s+@\w+\s*=/),
  sql('comment-mark', 1, /(?:^|[\w'")])\s*(?:\/\*!|#\s*\n|--\s*\n)/),
  sql('quote-boolean-call', 1, /['"`]\s*(?:or|and|xor|\|\||&&)\s*(?:not\s*)?\(/),
  sql('boolean-constant', 1, /(?:\d|['")])\s*(?:or|and|xor|\|\||&&)\s*(?:not\s+)?(?:\{\s*if\b|true\b|false\b|null\b|sleep|exists)/),
  sql('quote-compare-quote', 1, /'[^']{0,120}'\s*(?:[<>=!~@#?|&-]{1,3}|like|glob)\s*(?:array\s*\[\s*)?'/),
  sql('quote-end', 1, /(?:['"`]\)*|\))\s*(?:;\s*)?(?:--(?:[\s+-]|$)|#\s*$|;\s*(?:--|#|$))/),
  sql(
    'stacked',
    1,
    /;\s*(?:drop|alter|create|delete|insert|update|truncate|exec(?:ute)?|declare|shutdown|merge|select|rename|grant|revoke|waitfor|begin|attach|vacuum|replace into|call)\b[\s\w([`"'@]/,
  ),
  sql('quote-statement', 1, /['"]\s*;\s*\w{2,20}\s*['"(@]/),
  sql(
    'statement-end',
    1,
    /\b(?:drop|truncate|delete|insert|update|alter|select|shutdown|union|table|from|where|limit|null)\b[^;]{0,200};\s*--/,
  ),
  sql('comment-end', 0.5, /(?:\s--(?:\s|-|$)|--\+|;%00|\/\*\s*$)/),
  sql(
    'time-call',
    1,
    /\b(?:sleep|delay|pg_sleep|benchmark|randomblob|dbms_pipe\.receive_message|dbms_lock\.sleep)\s*\(\s*(?:['"(@]|[\d\s+*/^.,-]+[),])/,
  ),
  sql('wait-for', 1, /\bwaitfor\s+(?:delay|time)\b|\bexecute\s+immediate\b|\bprocedure\s+analyse\b/),
  sql('into-file', 1, /\binto\s+(?:out|dump)file\b|\bload\s+data\s+(?:local\s+)?infile\b|\bload_file\b/),
  sql(
    'extended-procedure',
    1,
    /\b(?:xp_\w{4,}|sp_(?:execute|password|makewebtask|oacreate|addextendedproc|configure|help)\w*|utl_(?:http|inaddr|file|smtp)|openrowset|opendatasource|openquery|dbms_\w+)\b/,
  ),
  sql('variable', 1, /@@(?:version|servername|hostname|datadir|basedir|global|session|identity|spid|microsoftversion|language|\w+_\w+)/),
  sql(
    'cast',
    1,
    /::\s*(?:int\d?|integer|bigint|smallint|text|jsonb?|varchar|char|bool(?:ean)?|date|time\w*|numeric|float\d?|real|double|bytea|regclass|oid|uuid|xml|money|name|array|\w+\[\])(?!\w)/,
  ),
  sql('arithmetic-word', 1, /\b(?:div|rlike|regexp|sounds like)\s*\(/),
  sql('null-safe-equal', 1, /[\w'")]\s*<=>\s*[\w'"(]/),
  sql(
    'quote-order',
    1,
    /['")]\s*(?:order|group)\s+by\s+\d|\d\s+(?:order|group)\s+by\s+\d|['")\d]\s*having\s+\S+\s*[=<>]|['"]\s*limit\s+\d/,
  ),
  sql('insert', 1, /\binsert\s+(?:ignore\s+)?into\s+\S+\s*(?:\(|values|select)/),
  sql('update', 1, /\bupdate\s+\S{1,60}\s+set\s+\S{1,60}\s*=/),
  sql('delete', 1, /\bdelete\s+from\s+\S+\s*(?:where\b|;|--)/),
  sql('ddl', 0.6, /\b(?:drop|alter|create|truncate)\s+(?:table|database|schema|user|login|procedure|function|trigger|view|index)\b/),
  sql('case-when', 1, /\bcase\s+(?:\S{1,40}\s+)?when\b.{1,200}\bthen\b/),
  sql('if-call', 1, /\b(?:if|iif|ifnull|nullif|decode|coalesce|greatest|least)\s*\(\s*[^()]{0,80}[,=<>][^()]{0,80},/),
  sql('hex-literal', 0.5, /\b0x[0-9a-f]{8,}\b|\bx'[0-9a-f]{4,}'/),
  sql('char-list', 1, /\b(?:n?char|chr)\s*\(\s*(?:\d{1,3}|0x[0-9a-f]+)\s*[,)]/),
  sql('concat-pipes', 1, /'\s*\|\|\s*(?:'|\w+\s*\()|\)\s*\|\|\s*'/),
  sql('quote-operator', 1, /['"]\s*(?:[*/%^+-]\s*(?:\(|'|\d+\s*[)'"])|\|{1,2}\s*\(|<<|>>)/),
  sql(
    'collate',
    1,
    /\bcollate\s+(?:nocase|utf8|latin1|binary)|\b(?:natural|cross|inner|left|right)\s+(?:outer\s+)?join\s+\w+\s*(?:\(|on\b|using\b|;|$)/,
  ),
  sql('json-operator', 1, /['"\])]\s*(?:->>?|#>>?|@>|<@|\?[|&])\s*(?:['"\d]|array)/),
  {
    id: 'nosql',
    kind: 'nosql-injection',
    weight: 1,
    pattern:
      /(?:\[|['"{,\s]|^)\$(?:ne|eq|gte?|lte?|n?in|regex|where|exists|not|or|and|nor|expr|function|type|mod|all|size|elemmatch|accumulator)\b['"]?\s*(?:\]|:|=)/,
  },
  {
    id: 'ldap',
    kind: 'ldap-injection',
    weight: 1,
    pattern: /[*\w]\s*\)\s*\(\s*(?:[|&!]\s*\(?|[a-z][\w-]{0,40}\s*(?:=|>=|<=|~=))|\)\s*\(\s*[|&!]\s*\(|^\*\)|\(\s*[&|!]\s*\(\s*\w+\s*=/,
  },
]

/** Elements that run or load something; between the letters old browsers ignore blanks. */
const TAGS =
  'script|svg|img|image|iframe|frame|frameset|object|embed|applet|body|html|head|base|link|meta|style|form|input|button|textarea|select|video|audio|source|track|details|marquee|isindex|bgsound|layer|ilayer|math|xml|xss|x|keygen|template|portal|dialog|animate|set|foreignobject|title|noscript|br|div|table|textarea'
const spacedTags = ['script', 'form', 'iframe', 'style', 'object', 'embed', 'input', 'applet', 'meta', 'link', 'base']
  .map(tag => [...tag].join(String.raw`[\s/\0]*`))
  .join('|')

const xssSigns: readonly Sign[] = [
  xss('tag', 1, new RegExp(String.raw`<[\s/]*(?:[a-z][\w-]{0,15}:)?(?:(?:${TAGS})(?:[\s/>:]|$)(?!\s*\d)|[abipqsu]\s*(?:/\s*)?>)`)),
  xss('spaced-tag', 1, new RegExp(`<[\\s/]*(?:${spacedTags})(?![a-z])`)),
  xss('letters-apart', 1, /<[\s/\0]*[a-z](?:[\s\0/]+[a-z]){3,}/),
  { id: 'cookie-attribute', kind: 'session-fixation', weight: 1, pattern: /\.cookie\b\s*[;=]|;\s*(?:expires|domain|path|max-age)\s*=/ },
  xss('handler', 1, /(?:^|[\s"'`/<>;,)\0])\s*on[a-z]{3,40}\s*=/),
  xss(
    'attribute',
    1,
    /(?:^|["'`<\s/])\s*(?:formaction|srcdoc|xlink:href|background|dynsrc|lowsrc|fscommand|seeksegmenttime|srcset)\s*=|[<"'][^<>]{0,60}\b(?:src|href|style|action|data)\s*=\s*["'`]?\s*(?:javascript|data|vbscript|https?|\/\/)/,
  ),
  xss(
    'script-url',
    1,
    /(?:j\s*a\s*v\s*a|v\s*b|live)\s*s\s*c\s*r\s*i\s*p\s*t\s*:\s*\S|data\s*:\s*(?:text\/(?:html|xml|javascript)|image\/svg|application\/(?:x-)?javascript)/,
  ),
  xss(
    'dom',
    1,
    /\b(?:document|window|self|top|parent|frames|globalthis)\s*(?:\.|\[)\s*['"`]?(?:cookie|write(?:ln)?|location|domain|body|forms|createelement|documentelement|alert|eval|name|open|onload|referrer|url|execcommand|constructor|localstorage|window|document|self|top)\b|\.(?:innerhtml|outerhtml|parentnode|insertadjacenthtml|fromcharcode|constructor\s*\()/,
  ),
  xss(
    'browser-call',
    1,
    /(?:^|[^\w.])(?:alert|prompt|confirm|eval|settimeout|setinterval|setimmediate|execscript|atob|btoa|unescape|decodeuri(?:component)?|fetch|importscripts|expression|requestanimationframe|structuredclone)\s*(?:\?\.)?[(`]/,
  ),
  xss('css', 1, /-moz-binding\s*:|behaviou?r\s*:\s*url|@import\s*['"u]|:\s*expression\s*\(/),
  xss('tag-attribute', 1, /<[a-z!/?][^<>]{0,200}[\s/"']\w[\w:-]*\s*=\s*\S|<\/[a-z][a-z0-9:-]{0,20}\s*>/),
  xss('us-ascii', 1, /1\u20444\s*\/?\s*\w.{0,80}3\u20444|(?:^|[\s+>])ad[w0-9]-?\w.{0,80}ad4-/),
  xss('comment', 1, /<!--\s*(?:#\s*(?:exec|include|echo|printenv|config|set)\b|\[if)|<!\[cdata\[|\]\]>/),
  xss(
    'break-out',
    1,
    /["']\s*(?:\/?>\s*<|;\s*\w+\s*[(=]|\)\s*;\s*\w)|<\/(?:script|style|textarea|title|noscript|a|div|td|option|select)\s*>/,
  ),
  xss('assignment', 1, /\b(?:location|document\.\w+)\s*=\s*['"]?\s*(?:javascript|https?:|\/\/|name)/),
  xss(
    'global-access',
    1,
    /(?:^|[^\w])(?:self|document|this|top|window|frames|parent|globalthis)\s*\)?\s*[[.]\s*(?:['"`/\\]|\w+['"`]?\s*[\])(=]|\()|\[\s*\]\s*\.\s*(?:sort|map|filter|find|foreach|some|every|constructor|at|pop|concat|join|reduce)|\.(?:call|apply|bind)\s*[`(]|\bnew\s+(?:image|xmlhttprequest|activexobject|websocket|worker|option)\b|\bthrow\s+(?:\w+|['"`]).{0,40}(?:onerror|eval)|\bonerror\s*=\s*(?:alert|eval|\w)|\bimport\s*\(\s*['"`]|(?:^|[^\w])(?:string|function|reflect|object|array|regexp)\s*\.\s*(?:raw|fromcharcode|fromcodepoint|constructor|prototype|apply|construct|assign|entries|from)\b/,
  ),
  xss(
    'namespace',
    1,
    /xmlns(?::\w+)?\s*=\s*["']?http|<\?import|<\/?\w+:(?:vmlframe|script|set|animate)|;base64\s*,|=\s*["']?\s*(?:javascript|vbscript):|[\u00bc].{0,60}[\u00be]/,
  ),
  xss('script-unit', 1, /\[\s*!?\s*\[\s*\]\s*\]\s*\+|\+!!?\[\]|\(\s*!\s*\[\s*\]\s*\+|%2bADw-|\+adw-/),
]

const fileSigns: readonly Sign[] = [
  file(
    'climb',
    1,
    /(?:\.{2,3}[/\\;]+[\w.%-]{0,40}){2}|(?:^|[=/\\])\.\.;\/|(?:^|[/\\])\.{2,3}[/\\]\s*(?:etc|proc|windows|winnt|boot|var|usr|home|root|conf|web-inf|app\/|\.\w)/,
  ),
  file('climb-start', 1, /^\s*\.{2}[/\\]+\S/),
  file('climb-encoded', 1, /(?:%(?:25)*2e|%c0%ae|%e0%80%ae|\.){2}(?:%(?:25)*(?:2f|5c)|%c0%af|%c1%9c|%u221[56])/),
  file(
    'unix-file',
    1,
    /(?:^|[^\w.-])etc\/+(?:passwd|shadow|gshadow|group|hosts|issue|motd|crontab|cron\.|fstab|mtab|sudoers|ssh|ssl|nginx|apache2?|httpd|mysql|my\.cnf|php|redis|samba|pam\.d|profile|bash|environment|resolv|services|subuid|subgid|security|login|init|rc\.|sysctl|selinux|os-release|lsb-release|hostname|network|ld\.so|exports|inetd|xinetd|vsftpd|proftpd|pure-ftpd|ldap|krb5|kubernetes|docker|master\.passwd|pwd\.db|opt|default)/,
  ),
  file(
    'unix-place',
    1,
    /(?:^|[^\w.-])\/+(?:proc\/+(?:self|\d+|version|cpuinfo|meminfo|mounts|net|cmdline|environ|sys|stat|devices|filesystems|modules|kcore|sched)|sys\/+(?:class|block|bus|devices|kernel|module|firmware|fs|power|dev|hypervisor)|dev\/+(?:tcp|udp|null|zero|u?random|fd|shm|stdin|stdout)|root\/+\.|var\/+(?:log|mail|spool|lib\/mysql|run\/secrets|www\/[^\s]*\.php)|var\/lib\/(?:dpkg|docker)|boot\/+(?:grub|vmlinuz)|home\/[\w.-]+\/\.)/,
  ),
  file(
    'private-file',
    1,
    /(?:^|[^\w.])\.(?:ssh|aws|gnupg|docker|kube|azure|config\/gcloud|npmrc|pypirc|netrc|pgpass|my\.cnf|bash_(?:history|profile|logout)|bashrc|zsh_history|zshrc|profile|mysql_history|psql_history|sh_history|python_history|rediscli_history|viminfo|htpasswd|htaccess|htdigest|git-credentials|gitconfig|env(?:\.\w+)?|svn|hg|bzr|DS_Store|vscode|idea|dockerenv|boto|s3cfg|subversion|rhosts|shosts)(?:$|[/\s?&"'.])/i,
  ),
  file(
    'key-file',
    1,
    /\b(?:id_(?:rsa|dsa|ecdsa|ed25519)|authorized_keys|known_hosts|wp-config\.(?:php|bak|txt|old)|(?:web|applicationhost|machine)\.config|boot\.ini|win\.ini|system\.ini|sam\.sav|ntuser\.dat|ntds\.dit|pagefile\.sys|web-inf\/|meta-inf\/|access[._]log|error[._]log)(?!\w)/,
  ),
  file('dump-file', 1, /^[\w/.-]{1,80}\.(?:sql|bak|mdb|dump|swp)(?:\.(?:gz|zip|bz2|7z|tar|rar))?~?$/),
  file(
    'windows-place',
    1,
    /\b[a-z]:[/\\]+(?:windows|winnt|boot|inetpub|users[/\\]|program ?files|programdata|documents and settings|temp[/\\]|autoexec|config\.sys|xampp|wamp|phpstudy)|%(?:systemroot|windir|comspec|appdata|programdata|temp|userprofile)%|system32[/\\]/,
  ),
  file(
    'server-file',
    1,
    /(?:^|[/\\=\s])(?:usr\/local\/(?:apache\d?|nginx|php|etc|mysql|tomcat|zend|www|cpanel|psa|lib|share)|opt\/(?:lampp|xampp|tomcat|nginx|apache\d?|bitnami|jboss|splunk)|(?:apache\d?|nginx|tomcat|php\d?|mysql|xampp|lampp)\/(?:conf|logs?|php|bin|data)\b)\/?|(?:^|[/\\])(?:httpd|nginx|apache2?|vhosts|php-fpm|lighttpd|redis|smb|mysqld?|pg_hba|postgresql|proftpd|vsftpd|sshd_config|ssl|default)\.(?:conf|ini|cnf)|(?:^|[/\\])(?:php\.ini|my\.(?:ini|cnf)|tomcat-users\.xml|server\.xml|web\.xml|catalina\.\w+|boot\.ini|desktop\.ini|autoexec\.bat|config\.sys|localsettings\.php|settings\.local\.php|configuration\.php|global\.asax|sess_\w{8,}|shadow|htpasswd|passwd~?|master\.passwd|winnt|unattend\.xml|sysprep\.inf)(?:$|[\s?&%"'~\0])/,
  ),
  file('null-byte', 1, /\0/),
  {
    id: 'wrapper',
    kind: 'remote-file-inclusion',
    weight: 1,
    pattern:
      /(?:^|[\s=("'])(?:php|phar|file|expect|glob|zip|zlib|compress\.(?:zlib|bzip2)|bzip2|ogg|rar|ssh2(?:\.\w+)?|gopher|dict|ldaps?|rmi|tftp|jar|netdoc|sftp|smb|imap|data|local_file|cifs|jdbc|jnp|iiop|corba|nis|mailto-x):(?:\/\/|(?:https?|file|text|mysql|h2):?)/,
  },
  {
    id: 'data-url',
    kind: 'code-injection',
    weight: 1,
    pattern: /(?:^|[\s=("'])data:(?!image\/(?:png|gif|jpe?g|webp|x-icon)|font\/)[\w/+.-]{0,60}(?:;[\w=-]{1,40}){0,3},/,
  },
  {
    id: 'metadata',
    kind: 'ssrf',
    weight: 1,
    pattern: /169\.254\.169\.254|100\.100\.100\.200|metadata\.(?:google|tencentyun|azure)|\/latest\/meta-data|fd00:ec2::254/,
  },
  {
    id: 'own-address',
    kind: 'ssrf',
    weight: 1,
    pattern: /^(?:https?|ftp):\/\/(?:[\w.-]*@)?(?:localhost|127\.|0\.0\.0\.0|0x[0-9a-f]{2}|0\d{2,}|\d{8,10}(?=[:/]|$)|\[::|\[0:|\[f[cde])/,
  },
]

const codeSigns: readonly Sign[] = [
  code(
    'template-double',
    1,
    /\{\{[^{}]{0,200}(?:[*'"()[\]|+]|\.\w|\d\s*[-/]|_)[^{}]{0,200}\}\}|\{\{\s*(?:config|self|request|settings|app|this|constructor|range)\b/,
  ),
  code('template-block', 1, /\{%-?\s*\w[\s\S]{0,300}%\}|<%[=@!#-]?[\s\S]{0,300}%>|\{#[^}]{1,80}#\}.*\{/),
  code(
    'template-expression',
    1,
    /[$#*@]\{[^{}]{0,200}(?:\d\s*[*+/-]\s*\d|[.(]\w|t\(|new\s|class|runtime|param|session|request)[^{}]{0,200}\}?|\[\[\$?\{|@\(\s*\d+\s*[*+-]/,
  ),
  code(
    'velocity',
    1,
    /#(?:set|foreach|include|parse|evaluate)\s*\(|<#(?:assign|list|include)\b|\$\{\{|freemarker\.template|\{php\}|\{literal\}|\{system\(/,
  ),
  code(
    'jndi',
    1,
    /\$\{[^{}]{0,40}(?:jndi|\$\{|(?:lower|upper|env|sys|java|date|main|base64|script|url|dns|ctx|log4j|k8s|bundle|const|file|xml|resourcebundle|urldecoder)\s*:|::-)|jndi\s*:\s*(?:ldaps?|rmi|dns|iiop|corba|nis|nds|http)/,
  ),
  code(
    'java',
    1,
    /\bjava(?:x)?\.(?:lang|io|util|net|naming|script|beans|management|security|nio)\.\w|\b(?:processbuilder|getruntime|classloader|urlclassloader|scriptenginemanager|objectinputstream|templatesimpl|invokertransformer|badattributevalue|jdbcrowset)|class\.(?:module|protectiondomain)|#_?member_?access|@(?:ognl|java)\.|ognl\.ognlcontext|xwork\.methodaccessor|org\.(?:apache\.(?:struts2|commons\.(?:collections|fileupload|beanutils|io))|springframework|codehaus\.groovy)|com\.(?:sun\.org|opensymphony|mchange|alibaba\.fastjson|atlassian)\b/,
  ),
  code(
    'serialised',
    1,
    /\bro0ab[x\w]|aced0005|(?:^|[;{"'=\s])(?:o|c|a):\d{1,5}:(?:"|\{)|h4siaaaaaaaa|!!(?:javax|python|ruby)\b|\bgasv|__reduce__|"@type"\s*:/,
  ),
  code(
    'node',
    1,
    /\brequire\s*\(\s*['"`]|\bchild_process|\bprocess\s*\.\s*(?:env|exit|kill|mainmodule|binding|argv|cwd|nexttick)|\bthis\s*\.\s*constructor|constructor\s*[.[(]\s*['"]?(?:constructor|prototype|\()|__proto__|\bprototype\s*\[|_\$\$nd_func\$\$_|\b(?:exec|spawn|fork)sync\b|console\s*\.\s*(?:log|debug|error|info|trace|warn)\s*[.(\[]|new\s+function\s*\(|function\s*\([^)]{0,60}\)\s*\{|\b(?:import|global)\s*\(\s*['"]|\bbuffer\s*\.\s*from\s*\(|\b(?:object|array|string|math|json|reflect)\s*\.\s*\w+\s*\(|\)\s*=>\s*[{\w(]/,
  ),
  code(
    'endless-loop',
    1,
    /\bwhile\s*\(\s*[!(~+-]*(?:true|false|null|undefined|nan|infinity|string|number|object|array|boolean|\d+|''|""|``|\{|\[)/,
  ),
  code(
    'python',
    1,
    /__(?:class|mro|bases?|subclasses|globals|builtins|import|init|getattribute|dict|code|reduce|self)__|\bimport\s+(?:os|sys|subprocess|socket|pty)\b|\bos\s*\.\s*(?:system|popen|exec\w*|environ|listdir)|subprocess\s*\.\s*\w+/,
  ),
  code(
    'ruby-perl',
    1,
    /%x[({[|]|\bkernel\s*\.\s*(?:exec|system|open)|\bprocess\s*\.\s*(?:spawn|fork)|\bio\s*\.\s*(?:popen|read)|\bfile\s*\.\s*(?:open|read)\s*[('"]|\.instance_eval|\b(?:use|print)\s+(?:socket|lwp)\b|@\{\[\s*system|\bqx[({/]/,
  ),
  code('xml-entity', 1, /<!(?:entity|doctype|attlist|element)\b|<\?xml\b|<xi:include|<xsl:/),
  code(
    'think',
    1,
    /[\\/]?think[\\/]+(?:container|app|request|module|view|config|process|template|db|lang|loader|cache)[\\/]|invokefunction|call_user_func/,
  ),
  code(
    'ini-setting',
    1,
    /\b(?:opcache|session|mbstring|zend|zlib|xdebug|assert|iconv|mysqli?|mysqlnd|odbc|pcre|phar|soap|sqlite3?|tidy|ffi|apc|curl|highlight|hard_timeout|intl|openssl|pdo_\w+|pgsql|realpath_cache|unserialize|url_rewriter|user_ini|date|arg_separator|browscap|cli|com|dba|docref|fastcgi|gd|ibase|imagick|ldap|memcache|mail|oci8|sendmail|syslog|variables|windows|xmlrpc)\.[a-z_.]{2,50}\s*=\s*\S|\b(?:output_buffering|implicit_flush|unserialize_callback_func|memory_limit|error_(?:log|reporting)|max_execution_time|enable_dl|doc_root|user_dir|upload_tmp_dir|file_uploads|default_(?:mimetype|charset)|always_populate_raw_post_data|short_open_tag|zend_extension|enable_post_data_reading|expose_php|ignore_user_abort|include_path|open_basedir|input_encoding|output_handler|report_memleaks|sys_temp_dir|track_errors|xmlrpc_errors|disable_classes)\s*=/,
  ),
  php(
    'risky-name',
    1,
    /(?:^|[^\w-])(?:__halt_compiler|apache_child_terminate|base64_decode|bzdecompress|call_user_(?:func|method)(?:_array)?|convert_uudecode|file_(?:get|put)_contents|fsockopen|get_class_methods|gzdecode|gzinflate|gzuncompress|include_once|invokeargs|pcntl_(?:exec|fork)|pfsockopen|posix_(?:getcwd|getpwuid|getuid|uname|kill|setuid|mkfifo)|preg_replace_callback|proc_open|reflectionfunction|require_once|shell_exec|str_rot13|sys_get_temp_dir|wp_remote_(?:fopen|get|head|post|request)(?:_body)?|yaml_parse(?:_file|_url)?|move_uploaded_file|array_(?:map|filter|diff_ukey|u?intersect_u?assoc|walk_recursive)|create_function|register_(?:shutdown|tick)_function|set_(?:error|exception)_handler|spl_autoload_register|stream_(?:get_contents|socket_client|wrapper_register)|get_defined_(?:vars|functions|constants)|php_uname|simplexml_load_(?:file|string)|mb_ereg_replace|ob_get_(?:clean|contents)|escapeshell(?:arg|cmd)|var_dump|var_export|parse_ini_file|show_source|highlight_file|readgzfile)(?![\w-])/,
  ),
  code(
    'ini',
    1,
    /\b(?:auto_(?:prepend|append)_file|allow_url_(?:include|fopen)|disable_functions|open_basedir|safe_mode|suhosin\.simulation|cgi\.(?:force_redirect|redirect_status_env)|display_errors|register_globals|mosconfig_absolute_path|extension_dir)\b\s*=?/,
  ),
  php('open-tag', 1, /<\?(?:php|=|\s|$)|\?>\s*$|<%eval|\[\/?php\]/),
  php(
    'superglobal',
    1,
    /\$_(?:get|post|request|cookie|server|session|files|env)\b|\$globals\b|\b(?:_server|_get|_post|_env|_session|globals|_request|_cookie|_files)\[|http_(?:raw_post_data|get_vars|post_vars|cookie_vars|server_vars|env_vars|post_files)|\$(?:argv|argc|php_errormsg|http_response_header)\b/,
  ),
  php('variable-call', 1, phpVariableCall),
  php('expression-call', 1, /(?:['"][\w\\]{2,40}['"]|[\w.'"\s)\]]\)|[\]}])\s{0,5}\(\s{0,5}[@$'"\w][^()]{0,100}\)\s*(?:;|$|\()/),
  php('function-call', 1, functionCall),
  {
    id: 'rfi-name',
    kind: 'remote-file-inclusion',
    weight: 1,
    pattern:
      /^(?:[\w]*(?:_?conf(?:ig)?|root|base|path|dir|include|inc|absolute|lib|skin|theme|class|template|module|plugin)\w*\[[^\]]*\]|globals\b.*|mosconfig\w*|phpbb_root_path|_server\[.*)=(?:https?|ftps?):\/\//,
  },
  {
    id: 'rfi-address',
    kind: 'remote-file-inclusion',
    weight: 1,
    pattern:
      /^(?!(?:re(?:direct|turn|f|ferer|ferrer)|url|uri|next|callback|service|target|goto|from|back|continue|dest|link|to|host|site|image|avatar|webhook|endpoint|origin|u)\w*=)[^=]{0,80}=(?:https?|ftps?):\/\/(?:(?:\d{1,3}\.){3}\d{1,3}|\[[0-9a-f:.]+\])/,
  },
  {
    id: 'rfi-file',
    kind: 'remote-file-inclusion',
    weight: 1,
    pattern:
      /^(?!(?:re(?:direct|turn|f|ferer|ferrer)|url|uri|next|callback|service|target|goto|from|back|continue|dest|link|to|u)\w*=)[^=]{0,80}=(?:https?|ftps?):\/\/[^\s?&#]{1,300}(?:\?+$|\.(?:txt|gif|jpe?g|png|php\d?|phtml|inc|dat|log|cmd|pl|sh|asp|jsp)\?{1,3}\S*$|\.(?:txt|php\d?|inc|phtml)(?:$|[?#])\S{0,80}$)/,
  },
]

/** Order does not matter: the weights of all that are found are added. */
export const payloadSigns: readonly Sign[] = [...sqlSigns, ...xssSigns, ...fileSigns, ...codeSigns, ...commandSigns]

/** Those that mean something in a header field too, which holds much that looks like code. */
const HEADER_SIGNS = new Set([
  'jndi',
  'union-select',
  'time-call',
  'schema',
  'open-tag',
  'java',
  'shellshock',
  'wait-for',
  'tag-script',
  'xml-entity',
  'stacked',
  'unix-file',
  'quote-boolean',
  'tautology',
  'dev-tcp',
  'metadata',
])
export const headerSigns: readonly Sign[] = [
  ...payloadSigns.filter(sign => HEADER_SIGNS.has(sign.id)),
  xss('tag-script', 1, /<\s*(?:script|svg|iframe|img)[\s/>]/),
]
