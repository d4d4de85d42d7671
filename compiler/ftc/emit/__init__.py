"""A plan written down: files that appear whole or not at all, and the manifest by which a line is traced."""
