"""Reads JSON texts, one a line, and answers what ruyaml makes of each, one JSON line each."""
import datetime
import json
import sys
import traceback
import warnings

import ruyaml
from ruyaml.comments import CommentedKeyMap, TaggedScalar
from ruyaml.scalarbool import ScalarBoolean

warnings.simplefilter('ignore')
sys.set_int_max_str_digits(0)


def described(value, parents=()):
    if value is None:
        return None
    if isinstance(value, ScalarBoolean):
        return bool(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return ['text', str(value)]
    if isinstance(value, int):
        return ['integer', str(int(value))]
    if isinstance(value, float):
        return ['float', float.__repr__(float(value))]
    if isinstance(value, (datetime.datetime, datetime.date)):
        return ['date']
    if isinstance(value, TaggedScalar):
        # a lone `=` or `<<`: documents with tags are not compared
        return ['text', str(value.value)]
    if id(value) in parents:
        return None
    inside = parents + (id(value),)
    if isinstance(value, (dict, CommentedKeyMap)):
        return ['map', [[described(k, inside), described(v, inside)] for k, v in value.items()]]
    if isinstance(value, (list, tuple)):
        return ['list', [described(item, inside) for item in value]]
    return ['other', type(value).__name__]


def answer(text):
    try:
        value = ruyaml.YAML(pure=True).load(text)
    except ruyaml.error.YAMLError as error:
        kind = 'duplicate-key' if type(error).__name__ == 'DuplicateKeyError' else 'syntax'
        return {'accepted': False, 'kind': kind, 'why': str(error)[:200]}
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1].name
        why = type(error).__name__ + ' in ' + place + ': ' + str(error)[:200]
        return {'accepted': False, 'kind': 'crash', 'why': why}
    try:
        return {'accepted': True, 'value': described(value)}
    except RecursionError:
        return {'accepted': True, 'value': ['deep']}


for line in sys.stdin:
    sys.stdout.write(json.dumps(answer(json.loads(line))) + '\n')
    sys.stdout.flush()
