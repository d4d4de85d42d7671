"""From the model to the plan: a random-access sequence of conversations whose number is known before the first
is made."""
