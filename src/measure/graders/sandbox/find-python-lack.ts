/** Modules of the standard library, of 3.11 or of later versions, that this build has not. */
const absentModules: ReadonlySet<string> = new Set(
  (
    '_aix_support _bootsubprocess _ctypes _curses _curses_panel _dbm _gdbm _hashlib _lzma _msi ' +
    '_multiprocessing _osx_support _overlapped _posixshmem _posixsubprocess _pydecimal _pyio _scproxy ' +
    '_ssl _tkinter _uuid _winapi annotationlib asynchat asyncore compression ctypes curses distutils ' +
    'ensurepip fcntl grp idlelib lib2to3 lzma mmap msilib msvcrt multiprocessing nis nt ossaudiodev pty ' +
    'pwd pydoc_data readline resource rlcompleter smtpd spwd ssl syslog termios tkinter tty turtle ' +
    'turtledemo uu venv webbrowser winreg winsound xdrlib'
  ).split(' '),
);
const absentSubmodules =
  /^(?:concurrent\.(?:futures\.(?:thread|process)|interpreters)|string\.templatelib)$/;
const absentModule = /^ModuleNotFoundError: No module named '([\w.]{1,100})'/;

/** What modules have since Python 3.12, by module. */
const laterNames: Readonly<Record<string, readonly string[]>> = {
  base64: ['z85encode', 'z85decode'],
  calendar: ['Month', 'Day', 'JANUARY', 'FEBRUARY'],
  'collections.abc': ['Buffer'],
  copy: ['replace'],
  functools: ['Placeholder'],
  heapq: ['heapify_max', 'heappush_max', 'heappop_max', 'heapreplace_max', 'heappushpop_max'],
  inspect: ['markcoroutinefunction', 'BufferFlags'],
  itertools: ['batched'],
  math: ['sumprod', 'fma'],
  operator: ['is_none', 'is_not_none'],
  os: ['process_cpu_count'],
  queue: ['ShutDown'],
  random: ['binomialvariate'],
  statistics: ['kde', 'kde_random'],
  types: ['get_original_bases', 'CapsuleType'],
  typing: ['override', 'NoDefault', 'ReadOnly', 'TypeAliasType', 'TypeIs', 'get_protocol_members'],
  uuid: ['uuid6', 'uuid7', 'uuid8', 'NIL', 'MAX'],
  warnings: ['deprecated'],
};

/**
 * What modules have where a system has processes, users, signals and sockets, and this build has not; a
 * later 3.11 in the case of `tarfile`.
 */
const systemNames: Readonly<Record<string, string>> = {
  asyncio: 'open_unix_connection start_unix_server',
  ftplib: 'FTP_TLS',
  hashlib: 'scrypt',
  imaplib: 'IMAP4_SSL',
  os:
    'chown chroot copy_file_range ctermid dup2 eventfd execv execve fchdir fchmod fchown fork ' +
    'forkpty fstatvfs fwalk get_terminal_size getegid geteuid getgid getgroups getloadavg ' +
    'getlogin getpgid getpgrp getppid getpriority getrandom getsid getuid getxattr kill killpg ' +
    'lchown listxattr lockf major makedev memfd_create minor mkfifo mknod nice openpty ' +
    'pidfd_open pipe pipe2 posix_spawn posix_spawnp register_at_fork removexattr ' +
    'sched_getaffinity sched_getparam sched_getscheduler sched_setaffinity sendfile setegid ' +
    'seteuid setgid setgroups setpgid setpgrp setpriority setsid setuid setxattr spawnl spawnle ' +
    'spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe splice statvfs sync system tcgetpgrp ' +
    'ttyname umask wait wait3 wait4 waitid waitpid waitstatus_to_exitcode',
  poplib: 'POP3_SSL',
  select: 'epoll',
  selectors: 'EpollSelector',
  shutil: 'disk_usage',
  signal:
    'ItimerError Sigmasks alarm getitimer pause pidfd_send_signal pthread_kill pthread_sigmask ' +
    'setitimer siginterrupt sigpending sigtimedwait sigwait sigwaitinfo struct_siginfo ' +
    'valid_signals',
  smtplib: 'SMTP_SSL',
  socket:
    'gethostbyaddr gethostbyname gethostbyname_ex gethostname getnameinfo getprotobyname ' +
    'getservbyname getservbyport if_indextoname if_nameindex if_nametoindex inet_ntoa recv_fds ' +
    'send_fds sethostname',
  socketserver:
    'ForkingMixIn ForkingTCPServer ForkingUDPServer ThreadingUnixDatagramServer ' +
    'ThreadingUnixStreamServer UnixDatagramServer UnixStreamServer',
  sys: 'getdlopenflags setdlopenflags',
  tarfile:
    'AbsoluteLinkError AbsolutePathError FilterError LinkOutsideDestinationError ' +
    'OutsideDestinationError SpecialFileError data_filter fully_trusted_filter tar_filter',
  threading: 'get_native_id',
  time: 'clock_settime clock_settime_ns pthread_getcpuclockid thread_time thread_time_ns tzset',
};
/** Constants that these modules take from the system: `signal.SIG_BLOCK`, `socket.SO_REUSEADDR`. */
const systemModules: ReadonlySet<string> = new Set([
  'errno',
  'os',
  'select',
  'signal',
  'socket',
  'time',
]);
const systemConstant =
  /^(?:(?:AF|AI|CLD|CLOCK|CMSG|EAI|EFD|EPOLL|GRND|IPPROTO|ITIMER|MFD|MSG|O|P|PF|POSIX_SPAWN|PRIO|RTLD|SCHED|SCM|SEEK|SIG|SO|SOCK|SOL|ST|TCP|XATTR)_[A-Z0-9_]+|E[A-Z0-9]{3,}|EPOLL[A-Z]+|POLL[A-Z]+|PIPE_BUF|SIG[A-Z]+|TMP_MAX|W[A-Z]{6,})$/;
const unknownName =
  /^(?:ImportError: cannot import name '(\w+)' from '([\w.]+)'|AttributeError: module '([\w.]+)' has no attribute '(\w+)')/;

/** `f"{d["a"]}"`: the quotes of an f-string within it. */
const nestedQuotes =
  /\b[rR]?[fF][rR]?(["'])(?:(?!\1)[^\n]){0,200}\{(?:(?!\1)[^{}\n]){0,100}\1(?:(?!\1)[^{}\n]){0,100}\1(?:(?!\1)[^{}\n]){0,100}\}/;
/** `def f[T](x)`, `class A[T]` and `type X = int`. */
const typeParameters =
  /^[ \t]{0,40}(?:(?:async[ \t]{1,4})?def|class)[ \t]{1,4}\w{1,80}\[|^[ \t]{0,40}type[ \t]{1,4}\w{1,80}(?:\[[^\]\n]{0,100}\])?[ \t]{0,4}=/m;

/**
 * What a program failed for that other Pythons have, or undefined where it failed by itself.
 *
 * @param message of the error
 */
export function findLack(message: string, code: string): string | undefined {
  const module = absentModule.exec(message)?.[1] ?? '';
  const [whole = ''] = module.split('.');
  if (absentModules.has(whole) || absentSubmodules.test(module)) return `the module ${module}`;
  const [, imported, from, used, attribute] = unknownName.exec(message) ?? [];
  const [owner = '', name = ''] = from === undefined ? [used, attribute] : [from, imported];
  const isLater = Object.hasOwn(laterNames, owner) && laterNames[owner]?.includes(name) === true;
  const ofSystem = Object.hasOwn(systemNames, owner) ? systemNames[owner]?.split(' ') : undefined;
  const isOfSystem =
    ofSystem?.includes(name) === true || (systemModules.has(owner) && systemConstant.test(name));
  if (isLater || isOfSystem) return `${owner}.${name}`;
  if (message.startsWith('SyntaxError: f-string expression part cannot include'))
    return laterSyntax;
  if (message.startsWith('SyntaxError: f-string') && nestedQuotes.test(code)) return laterSyntax;
  if (message.startsWith('SyntaxError') && typeParameters.test(code)) return laterSyntax;
  if (message.startsWith("RuntimeError: can't start new thread")) return 'a second thread';
  if (message.startsWith('ZoneInfoNotFoundError')) return 'the data of time zones';
  return message.startsWith('OSError: [Errno 58]')
    ? 'what the program asks of its system'
    : undefined;
}

const laterSyntax = 'syntax of Python 3.12';
