"""Help inside the program: short pages by task, in both languages, with the keys that hold on this PC."""
