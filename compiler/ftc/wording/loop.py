"""The words of E901 to E969: recording (E90x), evaluating and chatting (E92x), planning and training (E94x)."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {}
