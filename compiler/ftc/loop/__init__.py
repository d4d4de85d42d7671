"""What comes before and after compiling: record base answers, plan, train, evaluate, chat. It knows no service."""
