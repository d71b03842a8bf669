import {expect, it} from 'vitest';
import {withoutComments} from '../../../electron/provenance/scan/withoutComments';

/** Pairs of texts of one file of that name that differ in comments and blank lines only. */
const ALIKE = [
  ['a.R', 'x <- 1\ny <- "#"\n', '# why\nx <- 1 # one\n\n\ny <- "#"\n'],
  ['a.R', 'p <- r"(C:\\a#)"\n', 'p <- r"(C:\\a#)" # raw\n'],
  ['a.py', 'def f():\n    return 1\n', 'def f():\n    # what it gives\n\n    return 1  # one\n'],
  ['a.py', "x = '''\n#\n'''\n", "x = '''\n#\n'''  # text\n"],
  ['a.do', 'use "a.dta"\ngen x = 1\n', '* read\nuse "a.dta" // it\n/* and\nmake */\ngen x = 1\n'],
  ['a.do', 'gen x = a ///\n  * b\n', 'gen x = a /// first\n  * b\n'],
] as const;

/** Pairs that differ in more, though in few letters and near to what starts a comment. */
const UNLIKE = [
  ['a.R', 'y <- "# a"\n', 'y <- "# b"\n'],
  ['a.R', "y <- 'it # a'\n", "y <- 'it # b'\n"],
  ['a.R', 'x %#% y\n', 'x %#% z\n'],
  ['a.R', 'r"---(a" # b)---"\n', 'r"---(a" # c)---"\n'],
  ['a.py', "x = '''\n\n# a\n'''\n", "x = '''\n# a\n'''\n"],
  ['a.py', 'x = "\\"# a"\n', 'x = "\\"# b"\n'],
  ['a.py', 'if a:\n  b\n', 'if a:\n    b\n'],
  ['a.py', '# -*- coding: latin-1 -*-\n', '# -*- coding: utf-8 -*-\n'],
  ['a.py', '"""Says what."""\n', '"""Says more."""\n'],
  ['a.R', '#| eval: true\n', '#| eval: false\n'],
  ['a.do', 'gen x = a ///\n  * b\n', 'gen x = a ///\n  * c\n'],
  ['a.do', 'use "http://a"\n', 'use "http://b"\n'],
] as const;

it.each(ALIKE)('a script without its comments %s: %j is %j', (path, one, other) => {
  expect(withoutComments(path, one)).not.toBeNull();
  expect(withoutComments(path, other)).toBe(withoutComments(path, one));
});

it.each(UNLIKE)('a script without its comments %s: %j is not %j', (path, one, other) => {
  expect(withoutComments(path, other)).not.toBe(withoutComments(path, one));
});

it.each([
  ['a.qmd', '# Title\n'],
  ['a.do', '#delimit ;\nuse a;\n'],
  ['a.do', '/* a /* b */ c */\n'],
  ['a.do', '* a /*\nuse b\n*/\n'],
])('a script without its comments does not claim to know %s: %j', (path, source) => {
  expect(withoutComments(path, source)).toBeNull();
});
