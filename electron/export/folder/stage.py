"""Carries out the jobs of an exported study under Snakemake: fills a job's workspace, and collects what it made.

Written by Study Desk, for any computer with Python 3.8 or newer; no packages. README.md beside it says how it is used.
  begin STEM ATTEMPT      fills a workspace and prints its folder; nothing where the job has been done already
  end STEM FOLDER         reads the job's output from standard input, then collects its files and records its end
  before PID              before a run of that process, of the jobs on standard input: takes the study for it, and makes
                          sure that all images are here
  ended                   after a run: records what was not run for a failure, and says what is left to do
  slurm-status ID         how a job of Slurm is, for Snakemake 7
"""
# few modules, as each job starts this twice: `json`, `hashlib` and `shutil` alone would take longer than all the rest
import errno
import fcntl
import os
import stat
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
STUDY = os.path.join(HERE, 'study')
PLAN = os.path.join(HERE, 'plan.jsonl')
RECORDS = os.path.join(STUDY, 'metadata', 'study-desk')
TIMESTAMP_FILE = '.opensafely-timestamp'
WORKSPACE = 'workspace'
# the computer's failure, not the study's: to be tried again
AGAIN = 75
LOG_LINES = 100000
UNMATCHED_LISTED = 1000
KEPT_BYTES = 512 * 1024 ** 2
BELOW_LINK_AT_MOST = 10000
LINKS_AT_MOST = 40
ONE_PIECE = 1024 * 1024
# a whole piece of a hole in a file
ZEROS = bytes(ONE_PIECE)
CLONE = 0x40049409


class Refused(Exception):
    """The study's own fault: trying again is of no use."""


class Unfit(Exception):
    """The computer's fault."""


def iso(nanoseconds, decimals=3):
    seconds, rest = divmod(nanoseconds, 10 ** 9)
    return time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds)) + ('.%09d' % rest)[:decimals + 1] + 'Z'


def text_order(text):
    return text.encode('utf-16-be', 'surrogatepass')


def json_functions():
    """Reads and writes JSON as the module `json` does; by its fast parts without the module where they are there."""
    try:
        from _json import encode_basestring, make_encoder, make_scanner

        class Strict:
            strict = True
            object_hook = object_pairs_hook = None
            parse_float, parse_int, parse_constant = float, int, float
            memo = {}
        scan = make_scanner(Strict)
        encode = make_encoder(None, None, encode_basestring, None, ':', ',', False, False, True)
        return (lambda text: scan(text, 0)[0]), (lambda value: ''.join(encode(value, 0)))
    except (ImportError, TypeError):
        import json
        return json.loads, lambda value: json.dumps(value, ensure_ascii=False, separators=(',', ':'))


from_json, as_json = json_functions()


def new_digest(size):
    """A SHA-256; of little the module `hashlib` would cost more than it saves."""
    if size <= ONE_PIECE:
        try:
            from _sha2 import sha256
            return sha256()
        except ImportError:
            pass
    import hashlib
    return hashlib.sha256()


def sha256_of(text):
    digest = new_digest(0)
    digest.update(text.encode('utf-8', 'surrogatepass'))
    return digest.hexdigest()


def read_json(path):
    with open(path, 'rb') as file:
        return from_json(file.read().decode('utf-8', 'surrogateescape'))


def write_all(opened, content):
    left = memoryview(content)
    while left:
        left = left[os.write(opened, left):]


def write_whole(path, content, lasting=True):
    """Writes a file in one step: it is the old one or the new one."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    beside = '%s.%s.tmp' % (path, os.urandom(8).hex())
    opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        write_all(opened, content.encode('utf-8', 'surrogatepass'))
        if lasting:
            os.fsync(opened)
    except OSError:
        os.unlink(beside)
        raise
    finally:
        os.close(opened)
    os.replace(beside, path)


def append_line(path, value, lasting=True):
    """Adds a line to a file that other jobs, on other computers too, add to; one that was cut short is not joined to it."""
    line = (as_json(value) + '\n').encode('utf-8', 'surrogatepass')
    opened = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.lockf(opened, fcntl.LOCK_EX)
        except OSError as error:
            # some file systems of clusters have no locks; a line is one write there
            if error.errno not in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL):
                raise
        size = os.fstat(opened).st_size
        if size > 0 and os.pread(opened, 1, size - 1) != b'\n':
            line = b'\n' + line
        write_all(opened, line)
        if lasting:
            os.fsync(opened)
    finally:
        os.close(opened)


# the plan: its first line is about all of them, the others are sorted by the stem of their marker


def header():
    with open(PLAN, 'rb') as file:
        return from_json(file.readline().decode())


def all_planned():
    with open(PLAN, 'rb') as file:
        file.readline()
        for line in file:
            yield from_json(line.decode())


def planned(stem):
    """The first line, and that of one job, without reading the others."""
    wanted = stem.encode()
    with open(PLAN, 'rb') as file:
        first = from_json(file.readline().decode())
        low, high = file.tell(), os.fstat(file.fileno()).st_size
        while low < high:
            middle = (low + high) // 2
            if middle > low:
                file.seek(middle - 1)
                file.readline()
            else:
                file.seek(low)
            if file.tell() >= high:
                high = middle
                continue
            line = from_json(file.readline().decode())
            key = line['stem'].encode()
            if key == wanted:
                return first, line
            if key < wanted:
                low = file.tell()
            else:
                high = middle
    raise Refused('plan.jsonl has no job %s. Export the study again.' % stem)


def own_folder(line):
    """What is kept of a job until its next attempt, on the disk that all computers of a cluster share."""
    return os.path.join(HERE, 'work', line['stem'])


def scratch_folder(line):
    """Where a job works, on the disk of the computer it runs on."""
    base = os.environ.get('STUDY_DESK_SCRATCH') or os.environ.get('TMPDIR') or '/tmp'
    root = os.path.join(base, 'study-desk-%d' % os.getuid())
    os.makedirs(root, mode=0o700, exist_ok=True)
    found = os.lstat(root)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise Unfit('%s belongs to another user.' % root)
    place = new_digest(0)
    place.update(os.fsencode(os.path.realpath(HERE) + '\n' + line['stem']))
    return os.path.join(root, place.hexdigest()[:24])


def run(*words):
    import subprocess
    return subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def remove_tree(path):
    """Removes a folder with all in it; links are not followed."""
    if not os.path.lexists(path):
        return
    try:
        entries = list(os.scandir(path))
    except PermissionError:
        os.chmod(path, 0o700)
        entries = list(os.scandir(path))
    if entries and not os.access(path, os.W_OK | os.X_OK):
        os.chmod(path, 0o700)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            remove_tree(entry.path)
        else:
            os.unlink(entry.path)
    os.rmdir(path)


# begin


def copy(source, target, mode, found):
    """Copies a file with its time; a large one shares its blocks where the disk can."""
    reading = os.open(source, os.O_RDONLY)
    try:
        writing = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            if found.st_size > ONE_PIECE:
                copy_large(reading, writing, found.st_size)
            else:
                write_all(writing, os.read(reading, ONE_PIECE))
            os.fchmod(writing, mode)
            os.utime(writing, ns=(found.st_mtime_ns, found.st_mtime_ns))
        finally:
            os.close(writing)
    finally:
        os.close(reading)


def copy_large(reading, writing, size):
    """Copies what of a file is data; its holes stay holes."""
    try:
        fcntl.ioctl(writing, CLONE, reading)
        return
    except OSError:
        pass
    os.ftruncate(writing, size)
    end = 0
    while end < size:
        try:
            start = os.lseek(reading, end, os.SEEK_DATA)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            return
        end = os.lseek(reading, start, os.SEEK_HOLE)
        os.lseek(reading, start, os.SEEK_SET)
        os.lseek(writing, start, os.SEEK_SET)
        while start < end:
            piece = os.read(reading, min(ONE_PIECE, end - start))
            if not piece:
                return
            write_all(writing, piece)
            start += len(piece)


def digest_of(path):
    digest = new_digest(os.path.getsize(path))
    with open(path, 'rb') as file:
        for piece in iter(lambda: file.read(1 << 20), b''):
            digest.update(piece)
    return digest.hexdigest()


def put_code(line, workspace):
    code = read_json(os.path.join(HERE, 'code', line['code'] + '.json'))
    source = STUDY if line['code'] == 'study' else os.path.join(HERE, 'actions', line['code'])
    for path, mode in code['folders']:
        os.makedirs(os.path.join(workspace, path), exist_ok=True)
    for path, mode, size, mtime, sha256 in code['files']:
        file = os.path.join(source, path)
        try:
            found = os.stat(file)
        except FileNotFoundError:
            raise Refused('%s of the exported code is gone. Export the study again.' % path)
        if found.st_size != size or (str(found.st_mtime_ns) != mtime and digest_of(file) != sha256):
            raise Refused('%s is not as it was exported. Change the study itself, and export it again.' % path)
        copy(file, os.path.join(workspace, path), mode | 0o200, found)
    for path, target in code['links']:
        os.symlink(target, os.path.join(workspace, path))


def put_inputs(line, workspace):
    """Puts in what the needs have made; their digests, by path."""
    inputs = {}
    for need in line['needs']:
        for output in read_json(os.path.join(HERE, need))['outputs']:
            path = output['path']
            source = os.path.join(STUDY, path)
            target = os.path.join(workspace, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            try:
                found = os.stat(source)
            except FileNotFoundError:
                raise Refused('The input %s is gone. Remove %s, and run again.' % (path, need))
            if path in inputs:
                os.unlink(target)
            copy(source, target, stat.S_IMODE(found.st_mode) | 0o600, found)
            same = found.st_size == output['size'] and found.st_mtime_ns == output['mtime']
            inputs[path] = output['sha256'] if same else digest_of(target)
    return inputs


def stamp_of(found):
    return [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def begin(stem, attempt):
    first, line = planned(stem)
    own = own_folder(line)
    failed = os.path.join(own, 'failed.json')
    if int(attempt) > 1 and os.path.exists(failed):
        raise Refused('Not tried again, as the failure is the study’s own. ' + read_json(failed)['message'])
    was_tried = os.path.exists(own)
    os.makedirs(own, exist_ok=True)
    if settle(first, line, own):
        return
    if os.path.exists(failed):
        os.unlink(failed)
    scratch = scratch_folder(line)
    # what was killed may still run, also where each job of a cluster has a temporary folder of its own
    if was_tried and first['runtime'] != 'apptainer':
        run(first['runtime'], 'rm', '--force', 'study-desk-' + os.path.basename(scratch))
    remove_tree(scratch)
    ensure_image(first, line)
    workspace = os.path.join(scratch, WORKSPACE)
    os.makedirs(workspace)
    created = time.time_ns()
    put_code(line, workspace)
    inputs = put_inputs(line, workspace)
    with open(os.path.join(workspace, TIMESTAMP_FILE), 'w') as file:
        file.write(str(time.time_ns()))
    staged = {path.decode('utf-8', 'surrogateescape'): stamp_of(found) for path, found in walk(workspace)}
    started = time.time_ns()
    job = job_of(first, line, created, started)
    with open(os.path.join(scratch, 'given.json'), 'wb') as file:
        file.write(as_json({'staged': staged, 'inputs': inputs, 'started': started, 'job': job})
                   .encode('utf-8', 'surrogateescape'))
    append_line(jobs_file(first), job, lasting=False)
    print(scratch)


# images


def ensure_image(first, line):
    """Looks once on each computer whether an image is here, and pulls one that is not; one at a time."""
    if first['runtime'] == 'apptainer':
        return
    root = os.path.dirname(scratch_folder(line))
    reference = line['image']
    here = os.path.join(root, 'image-%s-%s' % (first['runtime'], sha256_of(reference)[:24]))
    if os.path.exists(here):
        return
    with open(os.path.join(root, 'images.lock'), 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        pull(first['runtime'], reference)
        with open(here, 'w'):
            pass


def pull(runtime, reference):
    if run(runtime, 'image', 'inspect', reference).returncode == 0:
        return
    if '@' not in reference:
        raise Unfit('The image %s is not on this computer, and can be pulled from nowhere: it has no digest. '
                    'README.md says how it is brought here.' % reference)
    pulled = run(runtime, 'pull', reference)
    if pulled.returncode != 0:
        raise Unfit('The image %s could not be pulled. %s' % (reference, pulled.stderr.decode('utf-8', 'replace').strip()))


def process_of(pid):
    """What distinguishes a process from every other one, as Study Desk looks for it."""
    def text(path):
        try:
            with open(path) as file:
                return file.read().strip()
        except OSError:
            return None
    found = text('/proc/%d/stat' % pid)
    try:
        namespace = os.readlink('/proc/self/ns/pid')
    except OSError:
        namespace = None
    return {'pid': pid, 'host': os.uname().nodename, 'boot': text('/proc/sys/kernel/random/boot_id'),
            'pidNamespace': namespace, 'processStart': found and found[found.rindex(')') + 2:].split()[19]}


LOCK = os.path.join(RECORDS, 'lock.json')


def take_study(pid):
    """Shows Study Desk who runs the study; refused while a process of this computer is seen to."""
    mine = process_of(pid)
    try:
        before = read_json(LOCK)
    except (OSError, ValueError):
        before = None
    if before is not None and before['pid'] != pid and \
            {key: before.get(key) for key in mine} == process_of(before['pid']):
        raise Refused('Process %d is running jobs in study/.' % before['pid'])
    write_whole(LOCK, as_json(dict(mine, format=1, token='snakemake-%d-%d' % (pid, time.time_ns()),
                                   takenAt=iso(time.time_ns()), study=os.path.realpath(STUDY), ranBy='snakemake')))


def leave_study():
    try:
        if read_json(LOCK).get('ranBy') == 'snakemake':
            os.unlink(LOCK)
    except (OSError, ValueError):
        pass


def before(pid):
    take_study(int(pid))
    try:
        first = header()
        wanted = set(sys.stdin.read().split())
        actions = [line['action'] for line in all_planned() if line['stem'] in wanted]
        write_whole(os.path.join(os.path.dirname(jobs_file(first)), 'waiting.json'),
                    as_json({'since': iso(time.time_ns()), 'actions': actions}))
        images(first)
    except BaseException:
        leave_study()
        raise


def images(first):
    if first['stata'] and not os.environ.get('STATA_LICENSE'):
        raise Refused('Jobs of this study need a Stata licence. Set STATA_LICENSE to it, and run again.')
    for image in first['images']:
        if first['runtime'] == 'apptainer':
            sif = os.path.join(HERE, image['sif'])
            if not os.path.exists(sif):
                os.makedirs(os.path.dirname(sif), exist_ok=True)
                source = image['source'].replace('docker-archive:', 'docker-archive:' + HERE + '/')
                made = run('apptainer', 'build', sif + '.part', source)
                if made.returncode != 0:
                    raise Unfit('%s could not be converted. %s' % (image['name'], made.stderr.decode('utf-8', 'replace')))
                os.replace(sif + '.part', sif)
        else:
            pull(first['runtime'], image['reference'])


# what a command left in its workspace


def walk(workspace):
    """Everything but folders, with names as bytes: one that is not UTF-8 must be seen as such."""
    root = os.fsencode(workspace)
    folders = [b'']
    while folders:
        folder = folders.pop()
        with os.scandir(os.path.join(root, folder) if folder else root) as entries:
            for entry in entries:
                path = folder + b'/' + entry.name if folder else entry.name
                found = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(found.st_mode):
                    folders.append(path)
                else:
                    yield path, found


class Left:
    """What a command left: files that can be collected, what can't be and why, and what is as it was given."""

    def __init__(self, workspace, staged):
        self.workspace = workspace
        self.files, self.sources, self.refused, self.untouched = {}, {}, [], []
        self.all, self.links, new = [], {}, []
        for raw, found in walk(workspace):
            path = raw.decode('utf-8', 'surrogateescape')
            if path == TIMESTAMP_FILE:
                continue
            try:
                raw.decode('utf-8')
            except UnicodeDecodeError:
                self.refused.append((raw.decode('utf-8', 'replace'), 'Its name is not UTF-8.'))
                continue
            self.all.append(path)
            if found.st_nlink > 1:
                key = (found.st_dev, found.st_ino)
                self.links[key] = self.links.get(key, 0) + 1
            if staged.get(path) == stamp_of(found):
                self.untouched.append(path)
            else:
                new.append(path)
        for path in sorted(new, key=text_order):
            self.take(path, path)

    def look(self, path):
        try:
            found = os.lstat(os.path.join(self.workspace, path))
        except OSError:
            return None, None
        mode = found.st_mode
        if stat.S_ISREG(mode):
            if found.st_nlink > 1 and self.links.get((found.st_dev, found.st_ino), 0) < found.st_nlink:
                return 'unfit', 'It is a hard link to a file outside the workspace; copy the file instead.'
            return 'file', found.st_size
        if stat.S_ISDIR(mode):
            return 'directory', None
        if stat.S_ISLNK(mode):
            return 'symlink', os.readlink(os.path.join(self.workspace, path))
        kind = 'pipe' if stat.S_ISFIFO(mode) else 'socket' if stat.S_ISSOCK(mode) else 'device'
        return 'unfit', 'It is a %s, not a file.' % kind

    def take(self, path, at):
        kind, fact = self.look(at)
        if kind is None:
            self.refused.append((path, 'It is gone.'))
        elif kind == 'unfit':
            self.refused.append((path, fact))
        elif kind == 'file':
            self.files[path] = fact
            if at != path:
                self.sources[path] = at
        elif kind == 'symlink':
            self.take_linked(path, at, fact)

    def take_linked(self, path, at, target):
        kind, end, size = self.follow(at, target)
        if kind == 'file':
            self.files[path] = size
            self.sources[path] = end
        elif kind == 'refused':
            self.refused.append((path, end))
        elif at != path:
            self.refused.append((path, 'It is a link to "%s", a folder.' % target))
        else:
            prefix = end + '/' if end else ''
            below = [each for each in self.all if each.startswith(prefix) and each != path]
            many = len(below) > BELOW_LINK_AT_MOST
            more = ', which holds more than %d files' % BELOW_LINK_AT_MOST if many else ''
            self.refused.append((path, 'It is a link to "%s", a folder%s.' % (target, more)))
            for each in [] if many else below:
                self.take(path + '/' + each[len(prefix):], each)

    def follow(self, link, target):
        """Goes where a link leads step by step, and no step out of the workspace."""
        def refuse(why):
            return 'refused', 'It is a link to "%s", %s.' % (target, why), 0
        outside = 'which is not in the workspace; copy the file instead'
        folder, ahead, links, to = link.split('/')[:-1], [], 1, target
        while True:
            if to is not None:
                steps = [step for step in to.split('/') if step not in ('', '.')]
                if to.startswith('/'):
                    if not steps or steps.pop(0) != 'workspace':
                        return refuse(outside)
                    folder = []
                ahead, to = steps + ahead, None
            if not ahead:
                return 'directory', '/'.join(folder), 0
            step = ahead.pop(0)
            if step == '..':
                if not folder:
                    return refuse(outside)
                folder = folder[:-1]
                continue
            path = '/'.join(folder + [step])
            kind, fact = self.look(path)
            if kind == 'directory':
                folder = folder + [step]
            elif kind == 'symlink':
                links += 1
                if links > LINKS_AT_MOST:
                    return refuse('which leads round in a circle')
                to = fact
            elif kind is None or ahead:
                return refuse('which does not exist')
            elif kind == 'file':
                return 'file', path, fact
            else:
                return refuse('which can\'t be collected: %s' % (fact[0].lower() + fact[1:-1]))


# outputs


def matcher(pattern):
    """Whether a whole path fits; `*` is any run of characters but `/`."""
    if '*' not in pattern:
        return lambda path: path == pattern
    import re
    parts = [part for index, part in enumerate(pattern) if part != '*' or pattern[index - 1:index] != '*']
    source = ''.join('[^/]*' if part == '*' else re.escape(part) for part in parts)
    fits = re.compile(source, re.DOTALL).fullmatch
    return lambda path: fits(path) is not None


def match(patterns, files):
    """The tier of each file that a pattern matches, the last one deciding; patterns without a file; other files."""
    order = ('highly_sensitive', 'moderately_sensitive', 'minimally_sensitive')
    tiers, unmatched = {}, set()
    for tier, pattern in sorted(patterns, key=lambda each: order.index(each[0])):
        fits = matcher(pattern)
        found = [path for path in files if fits(path)]
        if not found:
            unmatched.add(pattern)
        for path in found:
            tiers[path] = tier
    names = list(dict.fromkeys(pattern for _, pattern in patterns))
    others = sorted((path for path in files if path not in tiers), key=text_order)
    return tiers, [pattern for pattern in names if pattern in unmatched], others


def excluded_for(first, path, size, file):
    """Why a moderately sensitive file would be kept from level 4; None where it would not."""
    rules = first['moderate']
    if size > rules['bytes']:
        tenths = -(-size * 10 // 1024 ** 2)
        return 'it is %d.%d MiB, the limit is %d MiB' % (tenths // 10, tenths % 10, rules['bytes'] // 1024 ** 2)
    name = path.rsplit('/', 1)[-1]
    dot = name.rfind('.')
    suffix = '' if dot <= 0 else name[dot:]
    if suffix not in rules['extensions']:
        return 'it has no extension' if suffix == '' else '%s is not an allowed type of moderately sensitive file' % suffix
    if suffix != '.csv':
        return None
    # the module `csv` around it would take longer to load than most tables to read
    import _csv as csv
    csv.field_size_limit(sys.maxsize)
    try:
        with open(file, encoding='utf-8', newline='') as opened:
            rows = csv.reader(line.replace('\0', ' ') for line in opened)
            columns = next(rows, [])
            count = sum(1 for row in rows if row)
    except UnicodeDecodeError:
        return None
    reasons = ['it has a patient_id column'] if 'patient_id' in columns else []
    if count > rules['rows']:
        reasons.append('it has %d rows, the limit is %d' % (count, rules['rows']))
    return ', '.join(reasons) or None


# how a job ended, in words


def edits(a, b, limit):
    """Edits that make one text the other; swapped neighbours count once. Stops above the limit."""
    before, previous = [], list(range(len(b) + 1))
    for row in range(1, len(a) + 1):
        current = [row]
        for column in range(1, len(b) + 1):
            same = a[row - 1] == b[column - 1]
            cost = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (not same))
            if row > 1 and column > 1 and a[row - 1] == b[column - 2] and a[row - 2] == b[column - 1]:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, previous = previous, current
    return previous[-1]


def nearest(path, candidates):
    """The path that a wrong one most likely is meant to be; None where none is near."""
    def name(each):
        return each.rsplit('/', 1)[-1].lower()
    namesakes = [each for each in candidates if name(each) == name(path)]
    if len(namesakes) == 1:
        return namesakes[0]
    if len(path) > 200:
        return None
    limit, found = max(1, len(path) // 3), None
    for each in namesakes or candidates:
        if each == path or abs(len(each) - len(path)) > limit:
            continue
        distance = edits(path.lower(), each.lower(), limit)
        if distance > limit or (found is not None and distance == limit):
            continue
        found, limit = each, distance
        if distance == 0:
            break
    return found


def unmatched_hint(patterns, files):
    for pattern in patterns:
        near = nearest(pattern, files)
        if near is not None:
            return 'Did the script mean %s when it wrote %s? Change one to match the other.' % (pattern, near)
    if not files:
        return 'The job wrote no other files. Check that the script saves its results, and where.'
    more = ' and %d more' % (len(files) - 5) if len(files) > 5 else ''
    return 'The job wrote these files instead: %s%s.' % (', '.join(files[:5]), more)


def ending_of(first, line, code, out_of_memory, timed_out, unmatched, others, excluded, not_collected):
    """Status, message and hint of a job whose command has ended."""
    words = first['words']
    if timed_out:
        return 'nonzero_exit', line['timeoutMessage'], words['timeout']
    if code != 0:
        if out_of_memory:
            message, hint = line['memoryWords']
        elif code == 137:
            message, hint = words['killed']
        elif line['imageName'] == 'ehrql' and str(code) in words['ehrql']:
            message, hint = words['ehrql'][str(code)]
        else:
            message, hint = 'The job ended with an error (exit code %d)' % code, 'The end of the log usually says why.'
        return 'nonzero_exit', message, hint
    if unmatched:
        what = 'the output pattern' if len(unmatched) == 1 else 'the output patterns'
        if not_collected:
            more = ' The log names %d more.' % len(not_collected) if len(not_collected) > 1 else ''
            hint = '%s was not collected. %s%s' % (not_collected[0]['path'], not_collected[0]['reason'], more)
        else:
            hint = unmatched_hint(unmatched, others)
        return 'unmatched_patterns', 'No file matches %s %s' % (what, ', '.join(unmatched)), hint
    but = []
    if not_collected:
        count = len(not_collected)
        but.append('1 file that matches was not collected' if count == 1 else '%d files that match were not collected' % count)
    if excluded:
        count = len(excluded)
        but.append('%d moderately sensitive %s would be kept back from level 4' % (count, 'file' if count == 1 else 'files'))
    message = 'Completed successfully' + (', but ' + ', and '.join(but) if but else '')
    return 'succeeded', message, 'The log names each file and the reason.' if but else None


# the log


def keep_log(path):
    """Copies standard input to a file, each line behind the time at which it began; answers how many lines."""
    lines, is_open = 0, False
    target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        for piece in iter(lambda: os.read(0, 65536), b''):
            now = (iso(time.time_ns(), 9) + ' ').encode()
            out, parts = [], piece.split(b'\n')
            for part in parts[:-1]:
                out += [part, b'\n'] if is_open else [now, part, b'\n']
                is_open = False
            lines += len(parts) - 1
            if parts[-1]:
                out += [parts[-1]] if is_open else [now, parts[-1]]
                is_open = True
            write_all(target, b''.join(out))
        if is_open:
            lines += 1
            write_all(target, b'\n')
    finally:
        os.close(target)
    return lines


def shorten_log(path, lines):
    """Leaves the last lines of a long log, and says so in it."""
    if lines <= LOG_LINES:
        return
    left_out = lines - LOG_LINES
    with open(path, 'rb') as reading, open(path + '.part', 'wb') as writing:
        for _ in range(left_out):
            reading.readline()
        first = reading.readline()
        writing.write(first[:31] + b'[The first %d lines were left out here]\n' % left_out + first)
        for piece in iter(lambda: reading.read(ONE_PIECE), b''):
            writing.write(piece)
    os.replace(path + '.part', path)


def one_line(text):
    return text.replace('\r', ' ').replace('\n', ' ')


def table(rows):
    width = max([0] + [len(left) for left, _ in rows])
    return ''.join('  %s  - %s\n' % (one_line(left).ljust(width), right) for left, right in rows)


def trailer(first, job):
    """What a log ends with: how the job was, how it ended, what it made."""
    def seconds(time_text):
        return '' if time_text is None else str(seconds_of(time_text))
    facts = [
        ('job_definition_id', job['id']), ('job_definition_request_id', job['runId']),
        ('commit', job['actionCommit'] or first['commit'] or ''), ('docker_image_id', job['imageId'] or ''),
        ('exit_code', str(job['exitCode'])), ('created_at', seconds(job['createdAt'])),
        ('completed_at', seconds(job['completedAt'])), ('database_name', 'dummy'), ('status_message', job['message']),
        ('hint', job['hint'] or ''), ('kept_files', job['keptFiles'] or ''),
    ]
    text = '\n\n' + ''.join('%s: %s\n' % (key, one_line(value)) for key, value in facts if value)
    made = [(output['path'], output['tier']) for output in job['outputs']]
    text += '\noutputs:\n' + (table(made) if made else '  (no outputs)\n')
    for heading, files in (('files that match but were not collected:', job['notCollected']),
                           ('moderately sensitive outputs that would be kept back:', job['excluded'])):
        if files:
            text += '\n%s\n%s' % (heading, table([(each['path'], each['reason']) for each in files]))
    for heading, names in (('patterns that no file matches:', job['unmatchedPatterns']),
                           ('files that no pattern matches:', job['unmatchedFiles'])):
        if names:
            text += '\n%s\n%s' % (heading, ''.join('  %s\n' % one_line(each) for each in names))
    return text


def seconds_of(time_text):
    """Seconds since 1970 of a time as `iso` writes it."""
    year, month, day = int(time_text[:4]), int(time_text[5:7]), int(time_text[8:10])
    # days from 1 March of the year 0 on, so that a leap day is the last of its year
    year, month = (year - 1, month + 9) if month < 3 else (year, month - 3)
    days = 365 * year + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + day - 1 - 719468
    return days * 86400 + int(time_text[11:13]) * 3600 + int(time_text[14:16]) * 60 + int(time_text[17:19])


# end


def job_of(first, line, created, started):
    """A job's record as Study Desk keeps it, before it has ended."""
    now = time.time_ns()
    bits = int(sha256_of('%s\n%s\n%d' % (first['runId'], line['action'], now))[:20], 16)
    job_id = ''.join('abcdefghijklmnopqrstuvwxyz234567'[bits >> shift & 31] for shift in range(75, -1, -5))
    return {
        'id': job_id, 'runId': first['runId'], 'action': line['action'], 'reason': 'requested', 'waitsFor': [],
        'statusCode': 'executing', 'message': 'Running under Snakemake', 'hint': None, 'exitCode': None, 'createdAt': iso(created),
        'startedAt': None if started is None else iso(started), 'completedAt': None, 'image': line['imageTitle'],
        'imageId': line['imageId'], 'actionCommit': line['actionCommit'], 'outputs': [], 'unmatchedPatterns': [],
        'unmatchedFiles': [], 'excluded': [], 'notCollected': [], 'logFile': None, 'keptFiles': None,
        'outOfMemoryBytes': None, 'peakMemoryBytes': None, 'cpuSeconds': None, 'ranBy': 'snakemake',
    }


def record(first, job, success=None):
    """Adds a job to the records of Study Desk; what it was made from comes first."""
    if success is not None:
        append_line(os.path.join(RECORDS, 'provenance', 'successes.jsonl'), success)
    append_line(jobs_file(first), job)


def jobs_file(first):
    return os.path.join(RECORDS, 'runs', first['runFolder'], 'snakemake.ndjson')


def watch_time(first, line, scratch):
    """Ends a job at its time limit, where it has one."""
    over = []
    if line['timeout'] is not None:
        import signal

        def stop(*_):
            over.append(True)
            run(first['runtime'], 'kill', 'study-desk-' + os.path.basename(scratch))
        signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, line['timeout'])
    return over


def ran_out_of_memory(first, given, scratch):
    """Whether the engine says so; a container that was removed is known by its last events only."""
    if first['runtime'] != 'docker':
        return False
    since, until = str(given['started'] // 10 ** 9 - 1), str(time.time_ns() // 10 ** 9 + 1)
    name = 'container=study-desk-' + os.path.basename(scratch)
    events = run('docker', 'events', '--since', since, '--until', until, '--filter', name, '--filter', 'event=oom')
    return bool(events.stdout.strip())


def engine_failed(log, code):
    """The last line of a log that is the engine's own, of a command that it could not begin."""
    if code not in (125, 126, 127):
        return None
    with open(log, 'rb') as file:
        lines = [line[31:].decode('utf-8', 'replace').strip() for line in file.readlines()[-20:]]
    return next((line for line in lines if line.startswith(('docker: ', 'Error: ', 'FATAL: '))), None)


def keep_files(line, workspace, left, wanted):
    """Keeps what a failed job wrote for a look at it; the folder, or None where there is nothing."""
    kept, size = [], 0
    for path in wanted:
        size += left.files[path]
        if size > KEPT_BYTES:
            break
        kept.append(path)
    if not kept:
        return None
    import shutil
    folder = os.path.join(STUDY, line['kept'])
    remove_tree(folder)
    for path in kept:
        os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
        shutil.copyfile(os.path.join(workspace, left.sources.get(path, path)), os.path.join(folder, path))
    return line['kept']


def receive(workspace, left, tiers, own):
    """Brings outputs beside their places, whole and on disk; what is there stays until all of them are."""
    outputs, moves = [], []
    for path in sorted(tiers, key=text_order):
        target = os.path.join(STUDY, path)
        if os.path.isdir(target):
            raise Refused('A folder is in the place of the output %s.' % path)
        moves.append(['%s.%s.tmp' % (target, os.urandom(8).hex()), target])
    write_whole(os.path.join(own, 'swap.json'), as_json({'state': 'receiving', 'moves': relative(moves)}), lasting=False)
    for (beside, _), path in zip(moves, sorted(tiers, key=text_order)):
        os.makedirs(os.path.dirname(beside), exist_ok=True)
        digest, size = new_digest(left.files[path]), 0
        with open(os.path.join(workspace, left.sources.get(path, path)), 'rb') as reading, open(beside, 'xb', 0) as writing:
            for piece in iter(lambda: reading.read(ONE_PIECE), b''):
                digest.update(piece)
                size += len(piece)
                if piece == ZEROS:
                    os.lseek(writing.fileno(), ONE_PIECE, os.SEEK_CUR)
                else:
                    write_all(writing.fileno(), piece)
            os.ftruncate(writing.fileno(), size)
            os.fsync(writing.fileno())
            mtime = os.fstat(writing.fileno()).st_mtime_ns
        outputs.append({'path': path, 'tier': tiers[path], 'size': size, 'sha256': digest.hexdigest(), 'mtime': mtime})
    return outputs, moves


def relative(moves):
    return [[os.path.relpath(each, STUDY) for each in move] for move in moves]


def settle(first, line, own):
    """Brings a job to its end that was killed while its outputs were put in their places; whether it has succeeded."""
    note = os.path.join(own, 'swap.json')
    if not os.path.exists(note):
        return False
    swap = read_json(note)
    for beside, target in swap['moves']:
        beside, target = os.path.join(STUDY, beside), os.path.join(STUDY, target)
        if not os.path.lexists(beside):
            continue
        if swap['state'] == 'placing':
            os.replace(beside, target)
        else:
            os.unlink(beside)
    if swap['state'] == 'placing':
        record(first, swap['job'], swap['success'])
        write_whole(os.path.join(HERE, line['marker']), as_json(swap['done']))
    os.unlink(note)
    return swap['state'] == 'placing'


def place(first, line, own, job, success, outputs, moves):
    """Puts outputs in their places, and a success on record: all of it, also after a kill."""
    done = {'action': line['action'], 'jobId': job['id'], 'completedAt': job['completedAt'], 'outputs': outputs}
    swap = {'state': 'placing', 'moves': relative(moves), 'job': job, 'success': success, 'done': done}
    # one file is put in its place in one step, also where the power goes
    write_whole(os.path.join(own, 'swap.json'), as_json(swap), lasting=len(moves) > 1)
    settle(first, line, own)


def keep_inputs(inputs):
    """Keeps the list of a job's inputs by its digest, as Study Desk does."""
    content = as_json({path: inputs[path] for path in sorted(inputs, key=text_order)})
    digest = sha256_of(content)
    file = os.path.join(RECORDS, 'provenance', 'manifests', digest + '.json')
    if not os.path.exists(file):
        write_whole(file, content)
    return digest


def end(stem, scratch):
    first, line = planned(stem)
    own = own_folder(line)
    log = os.path.join(own, 'log')
    over = watch_time(first, line, scratch)
    lines = keep_log(log)
    given = read_json(os.path.join(scratch, 'given.json'))
    try:
        with open(os.path.join(scratch, 'exit')) as file:
            code = int(file.read())
    except (FileNotFoundError, ValueError):
        raise Unfit('The job was stopped from outside.')
    job = dict(given['job'], completedAt=iso(time.time_ns()), exitCode=code, logFile=line['log'])
    trouble = engine_failed(log, code)
    if trouble is not None:
        job.update(statusCode='internal_error', message='The container could not be started. ' + trouble)
        is_command = code in (126, 127)
        finish_failed(first, line, own, job, log, lines, is_command)
        forget_image(first, line, scratch)
        raise Refused(job['message']) if is_command else Unfit(job['message'])
    workspace = os.path.join(scratch, WORKSPACE)
    left = Left(workspace, given['staged'])
    tiers, unmatched, others = match(line['patterns'], list(left.files))
    if unmatched:
        unmatched = match([each for each in line['patterns'] if each[1] in unmatched], left.untouched)[1]
    refused = match(line['patterns'], [path for path, _ in left.refused])[0]
    not_collected = [{'path': path, 'reason': reason} for path, reason in left.refused if path in refused]
    job['notCollected'] = not_collected
    job['unmatchedPatterns'] = unmatched
    job['unmatchedFiles'] = others[:UNMATCHED_LISTED] if unmatched else []
    if code == 0 and not over and not unmatched:
        try:
            outputs, moves = receive(workspace, left, tiers, own)
        except OSError:
            # what was brought so far may be what fills the disk
            settle(first, line, own)
            raise
        for (beside, _), output in zip(moves, outputs):
            if output['tier'] == 'moderately_sensitive':
                reason = excluded_for(first, output['path'], output['size'], beside)
                if reason is not None:
                    job['excluded'].append({'path': output['path'], 'reason': reason})
        job['outputs'] = [{key: output[key] for key in ('path', 'tier', 'size', 'sha256')} for output in outputs]
    else:
        job['keptFiles'] = keep_files(line, workspace, left, sorted(tiers, key=text_order) + others)
    memory = code == 137 and not over and ran_out_of_memory(first, given, scratch)
    status, message, hint = ending_of(
        first, line, code, memory, bool(over), unmatched, others, job['excluded'], not_collected)
    job.update(statusCode=status, message=message, hint=hint, outOfMemoryBytes=line['memory'] if memory else None)
    if status != 'succeeded':
        finish_failed(first, line, own, job, log, lines, True)
        remove_tree(scratch)
        raise Refused('%s. %s%s' % (message, hint, listing(others) if unmatched else ''))
    put_log(first, line, job, log, lines)
    success = dict(line['success'], jobId=job['id'], completedAt=job['completedAt'],
                   inputManifest=keep_inputs(given['inputs']), outputs=job['outputs'])
    place(first, line, own, job, success, outputs, moves)
    remove_tree(scratch)
    os.rmdir(own)


def listing(files):
    return '\nFiles that the job made and no pattern matches:' + ''.join('\n  ' + path for path in files) if files else ''


def put_log(first, line, job, log, lines):
    shorten_log(log, lines)
    with open(log, 'ab') as file:
        file.write(trailer(first, job).encode('utf-8', 'replace'))
    target = os.path.join(STUDY, line['log'])
    os.makedirs(os.path.dirname(target), exist_ok=True)
    try:
        os.replace(log, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        import shutil
        shutil.move(log, target)


def finish_failed(first, line, own, job, log, lines, is_final):
    """Records a failure; one that is the study's own is not tried again in the same run."""
    put_log(first, line, job, log, lines)
    record(first, job)
    if is_final:
        write_whole(os.path.join(own, 'failed.json'), as_json({'message': job['message']}))


def forget_image(first, line, scratch):
    """Lets the next job on this computer look again whether the image is here."""
    digest = sha256_of(line['image'])[:24]
    path = os.path.join(os.path.dirname(scratch), 'image-%s-%s' % (first['runtime'], digest))
    if os.path.exists(path):
        os.unlink(path)


# after a run


def ended():
    """Records what waited for a failure, and says what is left to do."""
    leave_study()
    first = header()
    jobs = list(all_planned())
    failed, left, blocked_by = [], [], {}
    stem_of = {line['marker']: line['stem'] for line in jobs}
    by_stem = {line['stem']: line for line in jobs}
    done = {line['stem'] for line in jobs if os.path.exists(os.path.join(HERE, line['marker']))}
    has_failed = {line['stem'] for line in jobs if line['stem'] not in done
                  and os.path.exists(os.path.join(own_folder(line), 'failed.json'))}
    needs = {line['stem']: [stem_of[need] for need in line['needs']] for line in jobs}

    def blocker(stem):
        """The nearest need that has failed, or waits for one that has; None where there is none."""
        waiting = [stem]
        while waiting:
            each = waiting[-1]
            unknown = [need for need in needs[each] if need not in done | has_failed and need not in blocked_by]
            if unknown:
                waiting.append(unknown[0])
                continue
            blocked_by[each] = next((need for need in needs[each] if need in has_failed or blocked_by.get(need)), None)
            waiting.pop()
        return blocked_by[stem]
    for line in jobs:
        stem = line['stem']
        if stem in done:
            continue
        if stem in has_failed:
            failed.append(line['action'])
            continue
        left.append(line['action'])
        why = blocker(stem)
        if why is not None:
            now = time.time_ns()
            job = job_of(first, line, now, None)
            job.update(statusCode='dependency_failed', completedAt=iso(now), waitsFor=[by_stem[need]['action'] for need in needs[stem]],
                       message='Not started: it needs %s, which did not succeed' % by_stem[why]['action'])
            record(first, job)
    say('%d of %d actions have succeeded.' % (len(done), len(jobs)))
    if failed:
        say('Failed: %s. Their logs are study/metadata/ACTION.log.' % some(failed))
    if left:
        say('Left to do: %s. The same command goes on from here.' % some(left))


def some(names):
    return ', '.join(names[:5]) + (' and %d more' % (len(names) - 5) if len(names) > 5 else '')


def say(text):
    sys.stderr.write(text + '\n')


def slurm_status(job):
    """`running`, `success` or `failed`; also where the accounting or the controller of Slurm does not answer."""
    going = ('PENDING', 'CONFIGURING', 'RUNNING', 'COMPLETING', 'SUSPENDED', 'REQUEUED', 'RESIZING', 'STAGE_OUT', 'SIGNALING')

    def ask(*words):
        try:
            return run(*words)
        except FileNotFoundError:
            return None

    def meaning(state):
        return 'running' if state in going else 'success' if state == 'COMPLETED' else 'failed'
    shown = ask('scontrol', '--oneliner', 'show', 'job', job)
    if shown is not None and shown.returncode == 0:
        states = [word[9:] for word in shown.stdout.decode().split() if word.startswith('JobState=')]
        if states:
            return meaning(states[0])
    if shown is not None and b'Invalid job id' not in shown.stderr:
        # the controller is away: the job may go on
        return 'running'
    kept = ask('sacct', '--noheader', '--allocations', '--parsable2', '--jobs', job, '--format', 'State')
    if kept is not None and kept.returncode == 0 and kept.stdout.strip():
        return meaning(kept.stdout.decode().split()[0])
    # the controller forgets jobs soon after their end: what Snakemake wrote on the node is left
    try:
        with open(os.path.join(HERE, 'logs', job + '.log'), 'rb') as log:
            return 'success' if b' (100%) done' in log.read() else 'failed'
    except FileNotFoundError:
        return 'failed'


def main(words):
    command, rest = (words[0] if words else ''), words[1:]
    if command == 'begin':
        begin(*rest)
    elif command == 'end':
        end(*rest)
    elif command == 'before':
        before(*rest)
    elif command == 'ended':
        ended()
    elif command == 'slurm-status':
        print(slurm_status(*rest))
    else:
        raise SystemExit(__doc__)


def call():
    """Carries out what the command line names; as an imported module it need not be compiled for each job."""
    try:
        main(sys.argv[1:])
    except Refused as error:
        say(str(error))
        sys.exit(1)
    except (Unfit, OSError) as error:
        say('This computer could not carry out the job. %s' % error)
        sys.exit(AGAIN)


if __name__ == '__main__':
    call()
