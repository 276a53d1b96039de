/** Where the harness reads the program, and writes its result. */
export const pythonTaskFile = '/task.json';
export const pythonResultFile = '/result.json';

/**
 * Source of the program that runs another one in CPython: it loads the code as a module, calls what
 * is to be called, and writes the results to a file. Expected values are not known here, so that a
 * program which writes that file itself gains nothing.
 */
export const pythonHarness = `
import _json, sys as _sys, time as _time

# What json itself reads and writes by, in C. To import the rest of it, with the regular expressions that it
# needs, would take as long as to start Python.
class _Scanning:
    strict = True
    object_hook = object_pairs_hook = None
    parse_float, parse_int, parse_constant = float, int, float
    memo = {}

_scan = _json.make_scanner(_Scanning)
_encode = _json.make_encoder(None, repr, _json.encode_basestring_ascii, None, ': ', ', ', False, False, True)

# There is nothing to wait for, and WASI's own way to wait is not there.
_time.sleep = lambda seconds: None

def _main(scan, encode, join, open, isinstance, type, repr, str, sorted, len, BaseException, SystemExit, NameError, AttributeError, callable):
    with open('${pythonTaskFile}') as file:
        task, _ = scan(file.read(), 0)

    class Failed(BaseException):
        pass

    def dumps(value):
        return join(encode(value, 0))

    def plain(value, depth=0):
        if depth > 90:
            raise Failed('the value is nested too deeply')
        if value is None or isinstance(value, (bool, int, str)):
            return value
        if isinstance(value, float):
            return value if value - value == 0 else repr(value)
        if isinstance(value, (list, tuple, range)) or type(value).__name__ in ('dict_keys', 'dict_values', 'dict_items', 'deque', 'map', 'filter', 'zip'):
            return [plain(item, depth + 1) for item in value]
        if isinstance(value, (set, frozenset)):
            return sorted((plain(item, depth + 1) for item in value), key=order)
        if isinstance(value, dict):
            return {key if isinstance(key, str) else dumps(plain(key)): plain(item, depth + 1) for key, item in value.items()}
        return {'__type__': type(value).__name__, '__text__': str(value)}

    # By kind, then by value: 1 and 2.5 are both numbers, though of two types.
    def order(item):
        if isinstance(item, (int, float)) and not isinstance(item, bool):
            return ('number', item)
        if isinstance(item, list):
            return ('list', [order(one) for one in item])
        return (type(item).__name__, item if isinstance(item, (bool, str)) else repr(item))

    # How many frames there are below the program's.
    def depth():
        frame, frames = _sys._getframe(1), 0
        while frame is not None:
            frame, frames = frame.f_back, frames + 1
        return frames

    def describe(error):
        return (type(error).__name__ + ': ' + str(error))[:200]

    # Whether the case itself calls a name, or a method, that the program does not have.
    def is_missing(error, expression):
        if not isinstance(error, (NameError, AttributeError)):
            return False
        trace = error.__traceback__
        while trace.tb_next is not None:
            trace = trace.tb_next
        if trace.tb_frame.f_code.co_filename != 'case.py':
            return False
        return isinstance(error, NameError) or '.' + str(error.name) + '(' in expression

    result = {'results': [], 'error': None}
    scope = {'__name__': 'answer' if task['calls'] else '__main__', '__builtins__': __builtins__}
    module = type(_sys)('answer')
    module.__dict__.update(scope)
    _sys.modules[scope['__name__']] = module
    scope = module.__dict__
    uses = [task['code']] + [call.get('expression', '') for call in task['calls']]
    loop = create_loop(Failed) if any('asyncio' in text for text in uses) else None
    # As in other builds of CPython, for a program that is called by nothing: this one's limit is 600.
    _sys.setrecursionlimit(1000 + depth())
    try:
        exec(compile(task['code'], 'answer.py', 'exec'), scope)
    except SystemExit as error:
        if task['calls']:
            result['error'] = describe(error)
    except BaseException as error:
        result['error'] = describe(error)
    if result['error'] is None:
        for call in task['calls']:
            try:
                if 'expression' in call:
                    value = eval(compile(call['expression'], 'case.py', 'eval'), scope)
                else:
                    if not callable(scope.get(call['function'])):
                        raise Failed(call['function'] + ' is not a function')
                    value = scope[call['function']](*call['arguments'])
                if type(value).__name__ == 'coroutine':
                    value = run(value, Failed, loop)
                result['results'].append({'kind': 'returned', 'value': plain(value)})
            except Failed as error:
                result['results'].append({'kind': 'failed', 'message': str(error)[:200]})
            except BaseException as error:
                kind = 'failed' if is_missing(error, call.get('expression', '')) else 'threw'
                result['results'].append({'kind': kind, 'message': describe(error)})
    text = dumps(result)
    try:
        _sys.stdout.flush()
    except BaseException:
        pass
    with open('${pythonResultFile}', 'w') as file:
        file.write(text)

# WASI has no sockets, which asyncio's own loops wait by. Nothing comes from outside either: all
# that there is to wait for is time, which passes at once.
def create_loop(failed):
    import asyncio

    class Clock:
        now = 0.0

        def select(self, timeout):
            if timeout is None:
                raise failed('the coroutine waits for something that does not come')
            self.now += timeout
            return []

    class Loop(asyncio.BaseEventLoop):
        def __init__(self):
            super().__init__()
            self._selector = Clock()

        def time(self):
            return self._selector.now

        def _process_events(self, events):
            pass

        def _write_to_self(self):
            pass

    class Policy(asyncio.events.BaseDefaultEventLoopPolicy):
        _loop_factory = Loop

    asyncio.set_event_loop_policy(Policy())
    return Loop

def run(coroutine, failed, loop):
    if loop is not None:
        return loop().run_until_complete(coroutine)
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise failed('the coroutine waits for something that does not come')

_main(_scan, _encode, ''.join, open, isinstance, type, repr, str, sorted, len, BaseException, SystemExit, NameError, AttributeError, callable)
`;
