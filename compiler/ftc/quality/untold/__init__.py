"""What an answer shows and nothing before it told: the first answer to meet a name knows what nobody said.

The structure of a program says which names an answer may be the first to meet. Whether it then really has two answers
to the same words is shown by two conversations that are the same up to that answer: so it is found in programs of any
size, and what is found is so.
"""
