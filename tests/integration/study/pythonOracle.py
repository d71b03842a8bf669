"""Reads JSON lists [question, text, …], one a line, and answers what Python makes of each, one JSON line each."""
import fnmatch
import json
import shlex
import sys


def number(kind, text):
    try:
        return repr(kind(text))
    except (ValueError, OverflowError):
        return None


def words(text):
    try:
        return shlex.split(text)
    except ValueError:
        return None


ANSWERS = {
    'float': lambda text: number(float, text),
    'int': lambda text: number(int, text),
    'split': words,
    'fnmatch': lambda glob, text: fnmatch.fnmatchcase(text, glob),
}

for line in sys.stdin:
    question, *texts = json.loads(line)
    sys.stdout.write(json.dumps(ANSWERS[question](*texts)) + '\n')
