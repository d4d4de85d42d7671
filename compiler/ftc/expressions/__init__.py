"""Expressions once they are checked: trees of typed nodes, the functions they call, and the Python they become.

`nodes` is the tree, `types` what a node gives; `builtins` is the one table of functions and methods, over `operations`
with their `limits`; `expr` is a whole expression and the names it reads; `python` writes the code that runs, last, and
nothing reads that again.
"""
