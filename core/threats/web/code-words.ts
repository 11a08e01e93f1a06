// Calls of PHP and SQL functions told from ordinary words before a bracket; read by attack-signs.ts.

/** No words of any human language: `name(` is enough. */
const CODE_NAMES = `serialize unserialize filter_input bindtextdomain textdomain ngettext gettext dcgettext array arsort asort krsort ksort rsort extract fdatasync fpow array_key_exists intdiv fdiv getmxrr getservbyname hypot idate imagepng iptcparse isset json_decode lcg_value ldap_bind link linkinfo mb_strlen mhash mysqli_query natsort nthmac ob_end_clean octdec openssl_sign passthru pg_connect php_strip_whitespace quoted_printable_encode random_int shm_attach shuffle similar_text snmpget socket_bind sodium_add spl_classes str_pad strptime strncasecmp strnatcmp substr_count tidy_parse_string token_get_all trait_exists trigger_error utf8_encode vsprintf xml_parse yaml_emit zend_version zlib_encode curdate utc_timestamp abs acos acosh addcslashes addslashes aes_decrypt aes_encrypt apache_child_terminate asin atan ascii assert base64_decode basename bcadd bin2hex bindec bzopen bzread
 bzdecompress ceil char_length chdir checkdate checkdnsrr chgrp chmod chown chr chroot chunk_split closedir coalesce compact concat_ws convert_tz copy_file cos crc32 crypt curdate
 curtime database datediff dayname decbin dechex define dirname dl each elt escapeshellarg escapeshellcmd eval exec exif exp explode export_set extractvalue fclose feof fflush fgetc fgetcsv
 fgets fgetss field fileatime filectime filegroup fileinode filemtime fileowner fileperms filesize filetype find_in_set finfo_open floor flock fnmatch fopen fpassthru fprintf fputcsv fputs
 fread from_base64 from_unixtime fscanf fseek fsockopen fstat ftell ftok ftruncate fwrite getallheaders getcwd getdate getenv gethostbyaddr gethostbyname gethostname getimagesize getlastmod
 getmygid getmyinode getmypid getmyuid getopt getrusage gettimeofday gettype glob gmdate gzcompress gzdecode gzencode gzfile gzinflate gzopen gzpassthru gzread gzuncompress gzwrite
 hebrev hexdec highlight_file htmlentities htmlspecialchars iconv ifnull implode inet_aton inet_ntoa instr iptcembed is_a is_dir is_file isnull lcase lcfirst lchgrp lchown ldap_search
 levenshtein linkinfo load_file localeconv localtime locate log10 log1p lower lpad lstat ltrim makedate make_set master_pos_wait mb_ereg md5 metaphone microtime mkdir mkfifo mktime
 move_uploaded_file mysql_query natcasesort natsort nextval nl2br nullif octdec ord opendir openlog openssl_encrypt ord outfile parse_ini_file parse_str parse_url passthru pathinfo pclose
 pcntl_exec pfsockopen phpcredits phpinfo phpversion pi popen posix_getpwuid preg_match preg_replace printf print_r proc_open putenv quotename quotemeta rawurldecode rawurlencode readdir
 readfile readgzfile readlink readline readlink realpath regexp_like register_shutdown_function rewinddir rmdir rpad rtrim scandir schema setcookie session_user setlocale settype sha1 sha2
 shell_exec shmop_open sizeof soundex sprintf sqlite_version sqrt srand sscanf str_replace str_rot13 strcasecmp strchr strcmp strcspn strftime stripslashes stristr strlen strncmp strpbrk
 strpos strrchr strrev strrpos strspn strstr strtok strtolower strtotime strtoupper strtr subdate substr substring symlink syslog sys_getloadavg system_user tempnam timediff timestampdiff
 tmpfile to_base64 to_char to_days touch ucase ucfirst ucwords uncompress unhex uniqid unlink unserialize updatexml urldecode urlencode usleep user_id utf8_decode uuid var_dump varchar
 version vprintf vsprintf weekday wordwrap xmltype xor zip_open create_function current_user current_date current_timestamp group_concat listagg json_extract json_array randomblob typeof
 last_insert_rowid total_changes zeroblob bit_and bit_or stddev std variance row_count found_rows name_const polygon multipoint geometrycollection linestring multilinestring multipolygon
 st_aswkt pg_sleep pg_read_file lo_import xmlparse charindex patindex isdate datalength len stuff reverse_string rownum dbms_xmlgen utl_inaddr ctxsys setattribute proc_nice spliti
 array_map array_filter array_walk usort uasort uksort call_user_func iterator_apply filter_var ob_start mb_send_mail imap_open virtual pcntl_fork simplexml_load_string simplexml_load_file
 forward_static_call is_callable method_exists function_exists func_get_args get_defined_vars show_source php_uname php_sapi_name extension_loaded date_add date_sub adddate addtime bin
 bit_length bitand cot crc degrees hex mid nvl nvl2 oct ord quarter radians sign sin sinh tan tanh trunc truncate timestampadd unix_timestamp utc_date weekofyear yearweek lcm gcd
 fputs mcrypt_encrypt ereg eregi ereg_replace eregi_replace apc_fetch dba_open ftp_connect ftp_get ftp_put curl_exec curl_init curl_multi_exec fsync proc_close shmat`

/** Words people write before a bracket too: what stands in it must be code. */
const WORD_NAMES = `cast char concat conv convert copy cosine count crypt current date day decode delete dir each echo encode end error exists exit file find first floor format ftp get getdate
 greatest header hex hour if include index insert int join key last least left length link list log mail max min minute mod month next now open pack pos pow print power procedure rand range
 read rename repeat replace require reset return reverse right round row second select set shuffle sleep sort space split stat string sum sysdate system time trim unpack update upper user
 value values week write year version extract position avg abs interval call test avg benchmark stop usage ord any all some ascii virtual`

const words = (text: string): string => [...new Set(text.split(/\s+/).filter(Boolean))].sort((a, b) => b.length - a.length).join('|')

/**
 * A name with an underscore between its parts is written by no one but programs; neither are the names of the first list. The others must hold a string,
 * a variable, a call or nothing, or be followed by the end of a statement.
 */
export const functionCall = new RegExp(
  String.raw`(?:^|[^\w$-])@?(?:(?:[a-z]{2,20}[0-9]?_[a-z0-9_]{2,40}|${words(CODE_NAMES)})(?:\s|[#/]\S{0,60}\s){0,5}\(|(?:${words(WORD_NAMES)})\s{0,5}\((?:\s*(?:['"$@]|[\w.]+\s*\(|\)|0x)|[^()]{0,80}\)\s*(?:;|::|[=<>]\s*['"\d]|--|\|\||\.\s*['"$])))`,
)

/** `$f(1)`, `$$f[0]['a'](1)`, `${f}(1)`, with comments between. */
export const phpVariableCall =
  /\$+(?:\w+|\{[^{}]{0,60}\})(?:\s{0,5}(?:\[[^[\]]{0,60}\]|\{[^{}]{0,60}\}|->\w+|::\w+)|\s{0,5}(?:\/\/|#)\S{0,40}\s)*\s{0,5}\(/
