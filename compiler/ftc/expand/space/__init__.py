"""The space of picks: ops, the graph of decisions built from them, and its count, its i-th element and its order.
Nothing here knows names or texts."""
