"""Writing with several processes: each part is a pure function of the sources and its number, so any process can make
it again, in a pool or on a cluster."""
