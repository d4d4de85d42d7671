"""Checked expressions: trees of typed nodes, the functions they call, and the Python they become.

`nodes` are the trees, `types` the types of their values; `builtins` is the one table of functions and methods, which
`operations` implements within `limits`; `expression` is a whole expression with the names it reads, `conditionals` the
order in which it reads them; `python` writes the code that runs, last, and nothing reads that again.
"""
