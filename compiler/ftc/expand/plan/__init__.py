"""The plan of the files: programs built from blocks, and the algebra of sequences that they are put together by."""
