"""Sends what changes in an exported folder, for Study Desk on another computer; Python 3.8 without packages, nothing is written here.

It is sent over ssh and run in the folder, with one line of JSON as its standard input: {"stop": true} interrupts Snakemake;
{"files": {PATH: [SIZE, MILLISECONDS]}, "most": BYTES, "every": SECONDS} names what is there already. What it prints are lines of
JSON, those of files with their bytes behind them, each look ending in {"look": …}. It ends when its standard input does.
"""
import json
import os
import signal
import stat
import sys
import threading
import time

OURS = 'study/metadata/study-desk'
LOCK = OURS + '/lock.json'
# all else of Study Desk's own there belongs to windows of that computer
RECORDS = (OURS + '/runs', OURS + '/provenance', OURS + '/kept')
PIECE = 1 << 20


def say(value, content=None):
    sys.stdout.buffer.write(json.dumps(value).encode() + b'\n')
    if content is not None:
        for piece in content:
            sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def holder():
    """Snakemake's own process, and whether it lives; None as the latter where it is one of another computer."""
    try:
        with open(LOCK) as file:
            lock = json.load(file)
    except (OSError, ValueError):
        return None, None
    if lock.get('ranBy') != 'snakemake' or lock['host'] != os.uname().nodename:
        return lock, None
    try:
        with open('/proc/%d/stat' % lock['pid']) as file:
            return lock, file.read().rpartition(')')[2].split()[19] == lock['processStart']
    except OSError:
        return lock, False


def stop():
    lock, lives = holder()
    if lock is None or lives is False:
        return None
    if lives is None:
        return 'Snakemake runs on %s. Stop it there: `kill -INT %d`.' % (lock['host'], lock['pid'])
    try:
        (os.killpg if os.getpgid(lock['pid']) == lock['pid'] else os.kill)(lock['pid'], signal.SIGINT)
    except OSError as error:
        return 'Snakemake could not be stopped. %s' % error.strerror
    return None


def below(folder):
    """Files with their sizes and times; links are left out, and names that are not UTF-8."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        try:
            entry.name.encode()
            if entry.is_dir(follow_symlinks=False):
                if entry.path == OURS or entry.name == '.git':
                    continue
                yield from below(entry.path)
            elif entry.is_file(follow_symlinks=False) and not entry.name.endswith('.tmp'):
                found = entry.stat(follow_symlinks=False)
                yield entry.path, (found.st_size, found.st_mtime_ns // 10 ** 6)
        except (OSError, UnicodeEncodeError):
            pass


def look():
    """All files in the order in which they are sent: records before what they are about were looked at first, and come last."""
    records = [each for folder in RECORDS for each in below(folder)]
    lives = holder()[1]
    if lives is not False:
        try:
            found = os.stat(LOCK)
            records.append((LOCK, (found.st_size, found.st_mtime_ns // 10 ** 6)))
        except OSError:
            pass
    logs = [each for each in below('work') if each[0].endswith('/log')]
    return list(below('study')) + logs + records


def pieces(file, left):
    """Exactly so many bytes: what has become shorter meanwhile is filled up, and sent again by its other time."""
    while left:
        piece = file.read(min(PIECE, left)) or bytes(min(PIECE, left))
        left -= len(piece)
        yield piece


def send(path, size, at, known):
    grows = path.endswith(('.ndjson', '.jsonl', '/log'))
    begin = known[0] if known is not None and grows and known[0] < size else 0
    try:
        with open(path, 'rb') as file:
            file.seek(begin)
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            say({'path': path, 'from': begin, 'bytes': size - begin, 'at': at, 'mode': mode}, pieces(file, size - begin))
            return True
    except OSError:
        return False


def follow(known, most, every):
    while True:
        now, here, large = look(), {}, []
        for path, (size, at) in now:
            if size > most:
                large.append(path)
                continue
            if known.get(path) == [size, at] or send(path, size, at, known.get(path)):
                here[path] = [size, at]
        gone = [path for path in known if path not in here]
        if gone:
            say({'gone': gone})
        known = here
        say({'look': {'files': len(here), 'large': large}})
        time.sleep(every)


def leave_with_link():
    sys.stdin.buffer.read()
    os._exit(0)


asked = json.loads(sys.stdin.buffer.readline())
if not os.path.isfile('plan.jsonl') or not os.path.isdir('study'):
    say({'refused': 'no exported folder'})
elif 'stop' in asked:
    say({'stopped': stop()})
else:
    threading.Thread(target=leave_with_link, daemon=True).start()
    follow(asked['files'], asked['most'], asked['every'])
