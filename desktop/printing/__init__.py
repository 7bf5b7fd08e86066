"""What leaves on paper at the counter: layouts, the printer's own language, the ways to a printer, the queue."""
