"""The loop that a .ft file carries to its end: record base answers, plan, train, evaluate, chat; knowing no service."""
