"""Writing beyond one process: parts that are pure functions of the sources and their number, so that any may be made
anew, by a pool of processes or on a cluster."""
