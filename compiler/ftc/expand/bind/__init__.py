"""Names, texts, messages and conditions bound to the frames that they are read in: what meeting each of them decides,
and its value for given picks."""
