"""The space of picks: ops, the graph of decisions that they grow into, and its count, its i-th element and its order.
Nothing here knows names or texts."""
