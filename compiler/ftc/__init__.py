"""ftc: a compiler for `.ft`, fine-tuning data as a small language. What a notebook or a script imports.

    import ftc
    ds = ftc.load("knowledge.ft")
    len(ds), ds[7], ds.to_hf()
"""

from ftc.dataset import Dataset, load

__all__ = ["Dataset", "load"]
