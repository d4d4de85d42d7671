"""From the model to the plan: a random-access sequence of conversations whose number is known before the first is made.

`expand.py` is the phase: it makes the plan of a model, block by block, of four subjects. `bind` puts names and texts to
work in a conversation, `space` counts and ranks what they leave to decide, `covering` picks few conversations in which
every combination occurs, and `plan` puts the blocks of a file together.
"""
