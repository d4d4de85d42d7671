"""From a program of the plan to bytes: a line becomes pieces, pieces become blocks, blocks are walked in order.

`lines` makes one piece of all that a program can write for a target (`shapes`, `said` and `texts` are its parts);
`lowered` writes it, over `states` and `blocks`. Nothing here knows files.
"""
